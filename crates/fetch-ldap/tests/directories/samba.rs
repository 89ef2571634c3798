//! Samba as a domain controller of `corp.example.com`. Filling a domain with thousands of people takes Samba the better
//! part of a minute, so a filled one is kept below `target/tmp` until its content changes; each test process works on
//! a copy.

mod content;

use crate::certificates::Authority;
use crate::fetch;
use crate::process::{Server, folder, run};
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use testkit::Run;

pub(crate) use content::{CLUBS, HEADS, MANY, MEMBERS};

/// The domain.
pub(crate) const DOMAIN: &str = "DC=corp,DC=example,DC=com";
/// The password of every account that has one.
pub(crate) const PASSWORD: &str = "Reader-Passw0rd";

/// A running domain controller. Its ports are those of LDAP, on addresses of its own.
#[derive(Debug)]
pub(crate) struct Samba {
    /// The address that stands in its certificate.
    pub(crate) address: String,
    /// Another address, which does not.
    pub(crate) other_address: String,
    /// The PEM file of the CA that issued its certificate.
    pub(crate) ca: String,
    /// Its database, for the server's own tools.
    database: PathBuf,
    _server: Server,
}

/// The domain controller of this test process.
pub(crate) fn samba() -> &'static Samba {
    static SAMBA: OnceLock<Samba> = OnceLock::new();
    SAMBA.get_or_init(|| Samba::start("samba", "no"))
}

impl Samba {
    /// Starts one; `strong` is what `ldap server require strong auth` says.
    pub(crate) fn start(name: &str, strong: &str) -> Self {
        let folder = folder(name);
        let filled = filled().display().to_string();
        let copy = folder.join("dc");
        run("cp", &["--archive", "--sparse=always", &filled, &copy.display().to_string()]);
        let [address, other_address] = addresses(name);
        let authority = Authority::new(&folder);
        let certificate = authority.issue(&format!("IP:{address}"));
        let options = format!(
            "interfaces = {address}/8 {other_address}/8\nbind interfaces only = yes\nserver services = ldap, cldap\n\
             ldap server require strong auth = {strong}\ntls enabled = yes\ntls cafile = {}\ntls certfile = {}\n\
             tls keyfile = {}\nlog file = {}\n",
            authority.file(),
            certificate.certificate,
            certificate.key,
            folder.join("samba.log").display()
        );
        let config = configure(&copy, &options);
        let arguments = ["--foreground", "--no-process-group", "--model=single", &format!("--configfile={config}")];
        let server = Server::start("samba", &arguments, &folder.join("said.log"));
        for port in [389, 636] {
            let address: SocketAddr = format!("{address}:{port}").parse().unwrap();
            server.wait_for(address);
        }
        Self { address, other_address, ca: authority.file(), database: copy, _server: server }
    }

    /// The binary with all it needs to read the people below `OU=Staff`.
    pub(crate) fn fetch(&self) -> Run {
        self.fetch_from(&format!("OU=Staff,{DOMAIN}"))
    }

    /// The binary with all it needs to read the people below `base`.
    pub(crate) fn fetch_from(&self, base: &str) -> Run {
        fetch().envs([
            ("LDAP_HOST", self.address.as_str()),
            ("LDAP_DOMAIN", "corp.example.com"),
            ("LDAP_DN", base),
            ("LDAP_USERNAME", "ldap-reader"),
            ("LDAP_PASSWORD", PASSWORD),
        ])
    }

    /// The values of an attribute, as the server's own tool prints them.
    pub(crate) fn values(&self, filter: &str, attribute: &str) -> Vec<String> {
        let found = search(&self.database, filter, attribute);
        assert!(!found.is_empty(), "{filter} has no {attribute}");
        found
    }
}

/// Two loopback addresses that no other test process uses.
fn addresses(name: &str) -> [String; 2] {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let base = if name == "samba" { 64 } else { 128 };
    let (second, third, fourth) = (base + (high >> 2), high, low);
    [format!("127.{second}.{third}.{fourth}"), format!("127.{}.{third}.{fourth}", second + 32)]
}

/// A filled domain, provisioned if there is none of this content.
fn filled() -> PathBuf {
    let content = content::content();
    let mut key = DefaultHasher::new();
    (content.as_str(), run("samba", &["--version"]), content::ACCOUNTS).hash(&mut key);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(all).unwrap();
    let kept = all.join(format!("samba-{:016x}", key.finish()));
    let lock = File::create(all.join("samba.lock")).unwrap();
    lock.lock().unwrap();
    if !kept.exists() {
        for old in std::fs::read_dir(all).unwrap().flatten() {
            if old.file_name().to_string_lossy().starts_with("samba-") {
                std::fs::remove_dir_all(old.path()).unwrap();
            }
        }
        let partial = all.join("samba-partial");
        provision(&partial);
        fill(&partial, content.as_str());
        std::fs::rename(&partial, &kept).unwrap();
    }
    kept
}

fn provision(to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let target = format!("--targetdir={}", to.display());
    let attributes = format!("--option=posix:eadb={}", to.join("eadb.tdb").display());
    let domain =
        ["--realm=CORP.EXAMPLE.COM", "--domain=CORP", "--server-role=dc", "--host-name=dc1", "--dns-backend=NONE"];
    let rest = [
        "--adminpass=Adm1n-Passw0rd",
        "--option=interfaces=lo",
        "--option=bind interfaces only=yes",
        &target,
        &attributes,
    ];
    run("samba-tool", &[["domain", "provision"].as_slice(), &domain, &rest].concat());
}

fn fill(folder: &Path, content: &str) {
    let config = format!("--configfile={}", configure(folder, ""));
    let database = folder.join("private/sam.ldb").display().to_string();
    let add = |tool: &str, text: &str, more: &[&str]| {
        let file = folder.join("content.ldif").display().to_string();
        std::fs::write(&file, text).unwrap();
        run(tool, &[&[config.as_str(), "-H", &database, "--nosync"], more, &[&file]].concat());
    };
    // Relaxed: some people get a GUID of our choosing.
    add("ldbadd", content, &["--relax"]);
    for (name, options) in content::ACCOUNTS {
        let create = ["user", "create", name, PASSWORD, &config, "-H", &database];
        run("samba-tool", &[create.as_slice(), options].concat());
    }
    run("samba-tool", &["user", "disable", content::DISABLED, &config, "-H", &database]);
    run("ldbdel", &[&config, "-H", &database, &format!("CN=Gone,OU=Board,{DOMAIN}")]);
    let sid = search(folder, "(cn=Contractors)", "objectSid").remove(0);
    let relative = sid.rsplit('-').next().unwrap();
    let paul = format!(
        "dn: CN=Paul,OU=Staff,{DOMAIN}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: {relative}\n"
    );
    add("ldbmodify", &paul, &[]);
}

fn search(folder: &Path, filter: &str, attribute: &str) -> Vec<String> {
    let config = format!("--configfile={}", folder.join("test.conf").display());
    let database = folder.join("private/sam.ldb").display().to_string();
    let printed = run("ldbsearch", &[&config, "-H", &database, filter, attribute]);
    let values = printed.lines().filter_map(|line| line.strip_prefix(attribute)?.strip_prefix(": "));
    values.map(str::to_owned).collect()
}

/// Writes a configuration for the domain in `folder` and returns its path.
fn configure(folder: &Path, options: &str) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "[global]\nnetbios name = DC1\nrealm = CORP.EXAMPLE.COM\nworkgroup = CORP\n\
         server role = active directory domain controller\nprivate dir = {}\nstate directory = {}\n\
         cache directory = {}\nlock directory = {}\npid directory = {}\nncalrpc dir = {}\nbinddns dir = {}\n{options}",
        at("private"),
        at("state"),
        at("cache"),
        at("."),
        at("."),
        at("ncalrpc"),
        at("bind-dns"),
    );
    let path = at("test.conf");
    std::fs::write(&path, text).unwrap();
    path
}
