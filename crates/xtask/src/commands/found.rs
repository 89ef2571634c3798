//! Finding commands in a page: in blocks of shell, in crontab lines, and in `code` that begins with a program of ours.

/// One command, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found(Vec<String>);

impl Found {
    /// The program, without the folder that it is called in.
    pub(super) fn program(&self) -> &str {
        self.0.first().and_then(|word| word.rsplit('/').next()).unwrap_or_default()
    }

    pub(super) fn arguments(&self) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1).map(String::as_str)
    }

    pub(super) fn shown(&self) -> String {
        self.0.join(" ")
    }
}

/// Every command of a page, in their order.
pub(super) fn commands(page: &str, ours: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            block = match block.take() {
                None => Some((language.to_owned(), String::new())),
                Some((language, text)) => {
                    found.extend(of_block(&language, &text));
                    None
                }
            };
        } else if let Some((_, text)) = &mut block {
            text.push_str(line);
            text.push('\n');
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(spans.flat_map(simple).filter(|command| {
                ours.contains(&command.program()) && command.arguments().count() > 0 && !command.shown().contains('…')
            }));
        }
    }
    found
}

fn of_block(language: &str, text: &str) -> Vec<Found> {
    match language {
        "sh" | "bash" => lines(text).iter().flat_map(|line| simple(line)).collect(),
        "" => text.lines().filter_map(scheduled).flat_map(simple).collect(),
        _ => Vec::new(),
    }
}

/// Lines as the shell takes them: one that ends in `\`, or within quotes, goes on.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        open.push_str(line);
        if let Some(more) = open.strip_suffix('\\') {
            open = more.to_owned();
        } else if shlex::split(&open).is_none() {
            open.push('\n');
        } else {
            lines.push(std::mem::take(&mut open));
        }
    }
    lines
}

/// What a crontab's line runs.
fn scheduled(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for _ in 0..5 {
        let (field, more) = rest.split_once(char::is_whitespace)?;
        if field.is_empty() || !field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c)) {
            return None;
        }
        rest = more.trim_start();
    }
    Some(rest)
}

/// The simple commands of a line: between `&&`, `||`, `|` and `;`, without settings in front and redirections behind.
fn simple(line: &str) -> Vec<Found> {
    let words = shlex::split(line).unwrap_or_default();
    let mut commands = vec![Vec::new()];
    for word in words {
        let ends = matches!(word.as_str(), "&&" | "||" | "|" | ";") || word.ends_with(';');
        if ends {
            commands.push(Vec::new());
        } else if let Some(command) = commands.last_mut() {
            command.push(word);
        }
    }
    commands.into_iter().filter_map(plain).collect()
}

fn plain(words: Vec<String>) -> Option<Found> {
    let is_setting = |word: &String| {
        word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    let words =
        words.into_iter().skip_while(is_setting).take_while(|word| !matches!(word.as_str(), ">" | ">>" | "2>&1"));
    let mut words: Vec<String> = words.collect();
    let first = words.first_mut()?;
    *first = first.trim_start_matches('(').to_owned();
    let last = words.last_mut()?;
    *last = last.trim_end_matches(')').to_owned();
    Some(Found(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: &str) -> Vec<String> {
        commands(page, &["sync", "prepare"]).iter().map(Found::shown).collect()
    }

    #[test]
    fn blocks_of_shell_are_taken_apart() {
        let page = "```sh\nA=1 /opt/x/sync --only 'a b' \\\n  --debug   # why\n\ncp a b && (prepare | jq '.[]\n| .b') > c\n```\n";
        assert_eq!(shown(page), ["/opt/x/sync --only a b --debug", "cp a b", "prepare", "jq .[]\n| .b"]);
        assert_eq!(commands(page, &[]).first().map(Found::program), Some("sync"));
    }

    #[test]
    fn crontabs_and_code_count_where_they_run_something_of_ours() {
        let page = "Run `sync --check`, `sync` or `jq -r`; `sync --x …`.\n```\nMAILTO=me\n0 */6 * * * cd /srv && /opt/prepare >> log 2>&1\nTotal: 1\n```";
        assert_eq!(shown(page), ["sync --check", "cd /srv", "/opt/prepare"]);
    }
}
