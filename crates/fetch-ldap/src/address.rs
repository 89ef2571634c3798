//! Which address a person gets: from the login name or from `mail`.

use crate::entry::Entry;

/// How addresses are made; the switches of the settings, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// What comes first.
    pub rule: Rule,
    /// The domain of accounts without any address.
    pub domain: String,
    /// Of several addresses in `mail`, the one in this domain is taken; without the `@`, in lower case.
    pub preferred: Option<String>,
    /// Which of the two addresses becomes the primary one.
    pub primary: Primary,
}

/// Where the primary address comes from. All but [`Rule::Mail`] need a login name (`sAMAccountName`, else `uid`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `mail`.
    Mail,
    /// The login name alone.
    Login,
    /// The login name at this domain.
    LoginAt(String),
}

/// Which address is the primary one when a rule made one and `mail` holds another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Primary {
    /// The one the rule made.
    Rule,
    /// The one in `mail`.
    Mail,
}

/// A person's addresses, in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// The primary address; empty when there is none.
    pub(crate) email: String,
    /// The second one, where a login name made the first.
    pub(crate) real_email: Option<String>,
}

/// The login name: `sAMAccountName`, else `uid`.
pub(crate) fn login(entry: &Entry) -> Option<&str> {
    entry.text("sAMAccountName").or_else(|| entry.text("uid"))
}

impl Addresses {
    /// The addresses of an entry.
    pub(crate) fn of(&self, entry: &Entry) -> Given {
        let login = login(entry).map(str::to_lowercase);
        let mail = self.mail(entry);
        let made = match (&self.rule, &login) {
            (Rule::Mail, _) | (_, None) => None,
            (Rule::Login, Some(login)) => Some(login.clone()),
            (Rule::LoginAt(domain), Some(login)) => Some(at(login, domain)),
        };
        match (made, mail, self.primary) {
            (Some(_), Some(mail), Primary::Mail) => Given { email: mail.clone(), real_email: Some(mail) },
            (Some(email), real_email, _) => Given { email, real_email },
            (None, Some(email), _) => Given { email, real_email: None },
            (None, None, _) => {
                Given { email: login.map(|login| at(&login, &self.domain)).unwrap_or_default(), real_email: None }
            }
        }
    }

    /// One of the addresses in `mail`, which may be several values, and several between commas in one.
    fn mail(&self, entry: &Entry) -> Option<String> {
        let all: Vec<String> = entry
            .texts("mail")
            .flat_map(|text| text.split(','))
            .map(|address| address.trim().to_lowercase())
            .filter(|address| !address.is_empty())
            .collect();
        let in_domain = |address: &&String| {
            let domain = address.rsplit_once('@').map(|(_, domain)| domain);
            self.preferred.is_some() && domain == self.preferred.as_deref()
        };
        all.iter().find(in_domain).or_else(|| all.first()).cloned()
    }
}

/// Some directories' login names are addresses already.
fn at(login: &str, domain: &str) -> String {
    if login.contains('@') {
        return login.to_owned();
    }
    format!("{login}@{}", domain.trim_start_matches('@').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::sample;

    fn rules(rule: Rule) -> Addresses {
        Addresses { rule, domain: "Corp.test".to_owned(), preferred: None, primary: Primary::Rule }
    }

    fn given(email: &str, real: Option<&str>) -> Given {
        Given { email: email.to_owned(), real_email: real.map(str::to_owned) }
    }

    const ANN: &[(&str, &str)] = &[("sAMAccountName", "Ann"), ("uid", "other"), ("mail", "Ann.Ex@Mail.test")];

    #[test]
    fn each_rule_makes_its_address_and_keeps_the_mail_besides() {
        let ann = sample("CN=Ann", ANN);
        let real = Some("ann.ex@mail.test");
        assert_eq!(rules(Rule::Mail).of(&ann), given("ann.ex@mail.test", None));
        assert_eq!(rules(Rule::Login).of(&ann), given("ann", real));
        assert_eq!(rules(Rule::LoginAt("WIN.test".to_owned())).of(&ann), given("ann@win.test", real));
        let swapped = Addresses { primary: Primary::Mail, ..rules(Rule::Login) };
        assert_eq!(swapped.of(&ann), given("ann.ex@mail.test", real));
        assert_eq!(swapped.of(&sample("CN=Ann", &[("uid", "ann")])), given("ann", None));
    }

    #[test]
    fn without_a_login_name_a_rule_falls_back_to_mail() {
        let nobody = sample("CN=Ann", &[("mail", "Ann@mail.test")]);
        assert_eq!(rules(Rule::Login).of(&nobody), given("ann@mail.test", None));
        assert_eq!(rules(Rule::Login).of(&sample("CN=Ann", &[])), given("", None));
    }

    #[test]
    fn without_mail_the_login_name_serves() {
        assert_eq!(rules(Rule::Mail).of(&sample("CN=Ann", &[("uid", "ANN")])), given("ann@corp.test", None));
        assert_eq!(rules(Rule::Mail).of(&sample("CN=Ann", &[("uid", "Ann@x.test")])), given("ann@x.test", None));
    }

    #[test]
    fn of_several_addresses_the_preferred_domains_one_is_taken() {
        let several = sample("CN=Ann", &[("mail", " a@one.test , B@two.test,c@ctwo.test")]);
        assert_eq!(rules(Rule::Mail).of(&several).email, "a@one.test");
        let preferring = |domain: &str| Addresses { preferred: Some(domain.to_owned()), ..rules(Rule::Mail) };
        assert_eq!(preferring("two.test").of(&several).email, "b@two.test");
        assert_eq!(preferring("wo.test").of(&several).email, "a@one.test");
        let values =
            Entry::new("CN=A".to_owned(), [("mail".to_owned(), vec![b"a@x.test".to_vec(), b"b@two.test".to_vec()])]);
        assert_eq!(preferring("two.test").of(&values).email, "b@two.test");
    }
}
