//! The directory to provision as files a client can read: JSON, and the same as CSV.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use goto_double::scenario::source::Source;

/// Where the files of one row are.
#[derive(Debug)]
pub(super) struct SourceFiles {
    /// `source.json`.
    pub(super) json: PathBuf,
    /// The folder with `users.csv`, `groups.csv` and `members.csv`.
    pub(super) csv: PathBuf,
}

impl SourceFiles {
    /// Files below the given folder.
    pub(super) fn below(folder: &Path) -> Self {
        Self {
            json: folder.join("source.json"),
            csv: folder.join("csv"),
        }
    }

    /// Writes the directory as it is in this cycle.
    pub(super) fn write(&self, source: &Source) -> io::Result<()> {
        fs::write(&self.json, serde_json::to_string_pretty(source)?)?;
        fs::create_dir_all(&self.csv)?;
        let header = [
            "externalId",
            "userName",
            "active",
            "givenName",
            "familyName",
            "department",
            "employeeNumber",
            "costCenter",
            "division",
        ];
        let users = source.users.iter().map(|user| {
            let active = if user.active { "true" } else { "false" };
            vec![
                user.external_id.as_str(),
                &user.user_name,
                active,
                &user.given_name,
                &user.family_name,
                &user.department,
                &user.employee_number,
                &user.cost_center,
                &user.division,
            ]
        });
        table(&self.csv.join("users.csv"), &header, users)?;
        let groups = source
            .groups
            .iter()
            .map(|group| vec![group.external_id.as_str(), &group.display_name]);
        table(
            &self.csv.join("groups.csv"),
            &["externalId", "displayName"],
            groups,
        )?;
        let members = source.groups.iter().flat_map(|group| {
            group
                .members
                .iter()
                .map(|member| vec![group.external_id.as_str(), member.as_str()])
        });
        table(&self.csv.join("members.csv"), &["group", "member"], members)
    }
}

fn table<'a>(
    path: &Path,
    header: &[&str],
    rows: impl Iterator<Item = Vec<&'a str>>,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()
}
