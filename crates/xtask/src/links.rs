//! Every relative link of the documentation leads somewhere.

use crate::shell::root;
use anyhow::{Context as _, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that hold no documentation of ours.
const NOT_OURS: [&str; 5] = ["target", ".git", "demo", "var", "node_modules"];

/// Looks at every Markdown page of the project and names the links that lead nowhere.
pub(crate) fn check() -> anyhow::Result<()> {
    let pages = pages()?;
    let mut dead = Vec::new();
    for page in pages {
        for link in links(&read(&page)?) {
            if let Some(why) = trouble(&page, &link)? {
                let page = page.strip_prefix(root()).unwrap_or(&page).display();
                dead.push(format!("{page}: {link} ({why})"));
            }
        }
    }
    if dead.is_empty() { Ok(()) } else { bail!("links that lead nowhere:\n  {}", dead.join("\n  ")) }
}

/// Every Markdown page of the project.
pub(crate) fn pages() -> anyhow::Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    find(&root(), &mut pages)?;
    Ok(pages)
}

fn find(folder: &Path, pages: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            find(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(())
}

/// The text of a page.
pub(crate) fn read(page: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(page).with_context(|| format!("cannot read {}", page.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The text outside of fenced code and `code`, line by line.
fn prose(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join("`"));
        }
    }
    lines
}

/// Where the relative links of a page lead, `[text](target)`.
fn links(page: &str) -> Vec<String> {
    let lines = prose(page);
    let targets = lines.iter().flat_map(|line| line.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    let relative = |target: &&str| !target.contains("://") && !target.starts_with("mailto:");
    targets.filter(relative).map(str::to_owned).collect()
}

/// Why a link leads nowhere, if it does.
fn trouble(page: &Path, link: &str) -> anyhow::Result<Option<&'static str>> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_owned(),
        path => page.parent().unwrap_or(page).join(path),
    };
    if !target.exists() {
        return Ok(Some("no such file"));
    }
    if anchor.is_empty() || target.extension().is_none_or(|extension| extension != "md") {
        return Ok(None);
    }
    Ok((!anchors(&read(&target)?).contains(anchor)).then_some("no such heading"))
}

/// The anchors of a page's headings: lower case, blanks as `-`, without other punctuation.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let headings = page.lines().filter(|line| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && line.starts_with('#')
    });
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_found_outside_of_code() {
        let page = "See [a](a.md) and [b](../b.md#part), [web](https://x.test/).\n```\n[no](no.md)\n```\n`[no](no.md)` [c](#c)";
        assert_eq!(links(page), ["a.md", "../b.md#part", "#c"]);
    }

    #[test]
    fn a_link_leads_to_a_file_and_to_a_heading() {
        let page = root().join("README.md");
        assert_eq!(trouble(&page, "LICENSE").unwrap(), None);
        assert_eq!(trouble(&page, "CONTRIBUTING.md#how-a-source-is-added").unwrap(), None);
        assert_eq!(trouble(&page, "CONTRIBUTING.md#how-a-sauce-is-added").unwrap(), Some("no such heading"));
        assert_eq!(trouble(&page, "docs/nothing.md").unwrap(), Some("no such file"));
    }

    #[test]
    fn headings_become_anchors() {
        assert_eq!(anchor("1. Look at the plan: `sync --dry-run`"), "1-look-at-the-plan-sync---dry-run");
    }
}
