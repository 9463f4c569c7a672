//! The checks of a report, for people.

use tegata::Stage;
use tegata::report::{Check, Language};

use crate::output::{Output, Style};

/// Each line a statement: what holds or what is wrong, and at the end what nobody looked at.
pub(crate) fn check_lines(checks: &[(Stage, &Check)], output: &Output) -> Vec<String> {
    let language = output.language();
    let mut lines = Vec::new();
    let mut not_checked = Vec::new();
    for (stage, check) in checks {
        let title = stage.title(language);
        let (mark, style, statement) = match check {
            Check::Pass => match language {
                Language::Japanese => ("✔", Style::Good, format!("{title}：問題なし")),
                _ => ("✔", Style::Good, title.to_owned()),
            },
            Check::Fail(failure) => ("✘", Style::Bad, failure.message(language)),
            Check::Undetermined(failure) => ("?", Style::Unsure, failure.message(language)),
            Check::Skipped => {
                not_checked.push(match language {
                    Language::Japanese => title.to_owned(),
                    _ => stage.name().replace('_', " "),
                });
                continue;
            }
        };
        lines.push(format!("  {} {}", output.styled(style, mark), output.wrapped(4, &statement)));
    }
    if !not_checked.is_empty() {
        let list = match language {
            Language::Japanese => format!("未確認：{}", not_checked.join("、")),
            _ => format!("not checked: {}", not_checked.join(", ")),
        };
        lines.push(format!("  {}", output.styled(Style::Faint, &format!("- {}", output.wrapped(4, &list)))));
    }
    lines
}
