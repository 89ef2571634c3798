//! OpenLDAP for `dc=example,dc=org`, filled anew for each test process.

mod content;

use crate::certificates::Authority;
use crate::fetch;
use crate::process::{Server, folder, free_port, run};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use testkit::Run;

pub(crate) use content::{CLUBS, HEADS, MANY, MEMBERS};

/// The top of the tree.
pub(crate) const TOP: &str = "dc=example,dc=org";
/// The password of every account.
pub(crate) const PASSWORD: &str = "open-Passw0rd";

/// Whether a server can encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// By LDAPS and by `StartTLS`.
    Offered,
    /// It has no certificate.
    Unknown,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Slapd {
    /// The port for plain connections, which may turn into TLS.
    pub(crate) port: u16,
    /// The port for LDAPS.
    pub(crate) tls_port: u16,
    /// The PEM file of the CA that issued its certificate, which is for `localhost`.
    pub(crate) ca: String,
    /// The process.
    pub(crate) server: Server,
}

/// The server of this test process.
pub(crate) fn slapd() -> &'static Slapd {
    static SLAPD: OnceLock<Slapd> = OnceLock::new();
    SLAPD.get_or_init(|| {
        let slapd = Slapd::start("slapd", Tls::Offered);
        slapd.add(content::groups().as_str());
        slapd
    })
}

impl Slapd {
    /// Starts one with everybody in it, but without groups.
    pub(crate) fn start(name: &str, tls: Tls) -> Self {
        let folder = folder(name);
        let authority = Authority::new(&folder);
        let config = configure(&folder, &authority, tls);
        let ldif = write(&folder, "content.ldif", content::people().as_str());
        run("slapadd", &["-q", "-f", &config, "-l", &ldif]);
        let (port, tls_port) = (free_port(), free_port());
        let urls = format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}");
        // 256: one line for each operation.
        let server = Server::start("slapd", &["-f", &config, "-h", &urls, "-d", "256"], &folder.join("said.log"));
        for port in [port, tls_port] {
            server.wait_for(([127, 0, 0, 1], port).into());
        }
        Self { port, tls_port, ca: authority.file(), server }
    }

    /// Adds entries while it runs: only so does it note who is in which group.
    fn add(&self, ldif: &str) {
        let file = write(&folder("slapd"), "added.ldif", ldif);
        let url = format!("ldap://127.0.0.1:{}", self.port);
        run("ldapadd", &["-x", "-H", &url, "-D", &format!("cn=root,{TOP}"), "-w", PASSWORD, "-f", &file]);
    }

    /// The binary with all it needs to read the people below `ou=staff`.
    pub(crate) fn fetch(&self) -> Run {
        self.fetch_from(&format!("ou=staff,{TOP}"))
    }

    /// The binary with all it needs to read the people below `base`.
    pub(crate) fn fetch_from(&self, base: &str) -> Run {
        fetch()
            .envs([
                ("LDAP_HOST", "localhost"),
                ("LDAP_DOMAIN", "Example.org"),
                ("LDAP_DN", base),
                ("LDAP_USERNAME", &format!("cn=reader,{TOP}")),
                ("LDAP_PASSWORD", PASSWORD),
            ])
            .env("LDAP_PORT", self.port.to_string())
    }

    /// The searches that this account has sent, as the server tells.
    pub(crate) fn searches(&self, account: &str) -> usize {
        let log = self.server.log();
        let bind = format!("BIND dn=\"cn={account},{TOP}\" method");
        let connections: Vec<String> = log
            .lines()
            .filter(|line| line.contains(&bind))
            .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("conn=")))
            .map(|connection| format!("{connection} "))
            .collect();
        let own = |line: &&str| connections.iter().any(|connection| line.contains(connection));
        log.lines().filter(own).filter(|line| line.contains("SRCH base=")).count()
    }
}

fn configure(folder: &Path, authority: &Authority, tls: Tls) -> String {
    let database = folder.join("db");
    std::fs::create_dir_all(&database).unwrap();
    let certificate = authority.issue("DNS:localhost");
    let tls = match tls {
        Tls::Offered => format!(
            "TLSCACertificateFile {}\nTLSCertificateFile {}\nTLSCertificateKeyFile {}\n",
            authority.file(),
            certificate.certificate,
            certificate.key
        ),
        Tls::Unknown => String::new(),
    };
    let text = format!(
        "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         attributetype ( 1.2.840.113556.1.2.141 NAME 'department' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n\
         objectclass ( 1.3.6.1.4.1.32473.1 NAME 'staff' SUP top AUXILIARY MAY department )\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload memberof\npidfile {pid}\n\
         {tls}sizelimit 500\n\
         database mdb\nsuffix {TOP}\nrootdn cn=root,{TOP}\nrootpw {PASSWORD}\ndirectory {database}\n\
         maxsize 268435456\ndbnosync\nindex objectClass,uid,cn eq\noverlay memberof\n\
         limits dn.exact=cn=limited,{TOP} size=500\n\
         limits dn.regex=.* size=unlimited size.pr=1000 size.prtotal=unlimited\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to dn.regex=\"^ou=.+,ou=staff,{TOP}$\" by dn.exact=cn=unitless,{TOP} none by * break\n\
         access to dn.subtree=ou=staff,{TOP} by dn.exact=cn=blind,{TOP} none by users read\n\
         access to dn.base={TOP} by dn.exact=cn=narrow,{TOP} none by users read\n\
         access to attrs=entryDN by dn.exact=cn=plain,{TOP} none by users read\n\
         access to * by users read\n",
        pid = folder.join("slapd.pid").display(),
        database = database.display(),
    );
    write(folder, "slapd.conf", &text)
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}
