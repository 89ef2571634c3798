//! The command line.

use clap::Args;

/// Flags of `display-tree`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct DisplayTreeArgs {
    /// Read this file instead of `var/timecamp_users.json`
    #[arg(long, value_name = "FILE")]
    pub input: Option<String>,
    /// List the people of every group, with role and addresses
    #[arg(long)]
    pub detailed: bool,
    /// Print a table of all people as CSV instead of the tree
    #[arg(long, conflicts_with_all = ["detailed", "account"])]
    pub csv: bool,
    /// Write one self-contained HTML page to this file; prints only the totals unless --detailed or --csv is given
    #[arg(long, value_name = "FILE")]
    pub html: Option<String>,
    /// Read the TimeCamp account (nothing is written to it) and mark what a sync would change
    #[arg(long)]
    pub account: bool,
    /// Use the input although it does not match its manifest
    #[arg(long)]
    pub accept_edited: bool,
    /// With --account: go on although TimeCamp lists fewer than half of the users or groups of the last sync
    #[arg(long, requires = "account")]
    pub accept_shrunk_account: bool,
}
