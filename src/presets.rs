//! The operator's own presets: a folder of TOML files, read at start.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use muster_core::policy::Presets;

/// The presets that ship with Muster and, after them, those of a folder, by name; or everything that is wrong with its
/// files.
pub fn read(folder: &Path) -> Result<Presets, Vec<String>> {
    let mut presets = Presets::shipped().clone();
    let mut mistakes = Vec::new();
    let files = match files(folder) {
        Ok(files) => files,
        Err(error) => {
            return Err(vec![format!(
                "PRESETS_DIR `{}` cannot be read: {error}",
                folder.display()
            )]);
        }
    };
    for file in files {
        let mut mistake = |what: String| mistakes.push(format!("PRESETS_DIR {}: {what}", file.display()));
        let key = file.file_stem().map(OsStr::to_string_lossy).unwrap_or_default();
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                if let Err(error) = presets.add(&key, &text) {
                    mistake(error.to_string());
                }
            }
            Err(error) => mistake(format!("it cannot be read: {error}")),
        }
    }
    if mistakes.is_empty() {
        Ok(presets)
    } else {
        Err(mistakes)
    }
}

/// The TOML files of a folder, by name. What else is there is nobody's preset.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("toml")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENCY: &str = include_str!("../crates/core/src/policy/presets/project.toml");

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        folder
    }

    #[test]
    fn further_presets_come_after_ours_by_name() {
        let folder = folder(&[
            ("studio.toml", AGENCY),
            ("agency.toml", AGENCY),
            ("README.md", "not a preset"),
        ]);
        let presets = read(folder.path()).expect("both are good");
        let keys: Vec<&str> = presets.iter().map(|preset| preset.key.as_str()).collect();
        assert_eq!(
            keys[..5],
            ["campaigns", "workspace", "company", "project", "business"]
        );
        assert_eq!(keys[5..], ["agency", "studio"]);
        assert_eq!(Presets::shipped().get("agency"), None, "ours stay as they are");
    }

    #[test]
    fn all_mistakes_of_all_files_are_told_with_file_and_line() {
        let folder = folder(&[
            ("Agency.toml", AGENCY),
            (
                "bad.toml",
                &AGENCY.replace("top_role = \"admin\"", "top_role = \"boss\""),
            ),
            ("fine.toml", AGENCY),
            ("nonsense.toml", "name = "),
            ("project.toml", AGENCY),
        ]);
        std::fs::write(folder.path().join("latin.toml"), [0xe9]).expect("a file can be written");
        let mistakes = read(folder.path()).expect_err("five of them are bad");
        let told = |file: &str, what: &str| {
            let file = folder.path().join(file).display().to_string();
            assert!(
                mistakes
                    .iter()
                    .any(|mistake| mistake.contains(&file) && mistake.contains(what)),
                "{file}: {what} is not in {mistakes:#?}"
            );
        };
        told("Agency.toml", "`Agency` is no name for a preset");
        told("bad.toml", "line 7: role `boss` is not defined");
        told("latin.toml", "cannot be read");
        told("nonsense.toml", "line 1: ");
        told("project.toml", "there is a preset `project` already");
        assert_eq!(mistakes.len(), 5, "{mistakes:#?}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_mistake() {
        let mistakes = read(Path::new("no/such/folder")).expect_err("it is not there");
        assert!(
            mistakes[0].contains("PRESETS_DIR `no/such/folder` cannot be read"),
            "{mistakes:?}"
        );
    }
}
