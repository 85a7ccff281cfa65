//! An index of reports that cannot all be read.

use std::fs;

use crate::support::{Audit, Batch, folder};

/// A folder with a report in which a severity is a word that nobody knows, and if asked for a good one beside it.
fn reports(with_good: bool) -> tempfile::TempDir {
    let place = folder(&[]);
    let bad = place.path().join("bad");
    assert_eq!(Audit::of("contoso").out(&bad).quiet().run().code, 1);
    let path = bad.join("report.json");
    let report = fs::read_to_string(&path).unwrap();
    fs::write(&path, report.replacen(r#""severity": "error""#, r#""severity": "critical""#, 1)).unwrap();
    if with_good {
        assert_eq!(Audit::of("fabrikam").out(place.path().join("good")).quiet().run().code, 0);
    }
    place
}

#[test]
fn a_report_that_cannot_be_read_is_named_and_keeps_the_index_from_success() {
    for with_good in [true, false] {
        let (place, out) = (reports(with_good), folder(&[]));
        let run = Batch::from_reports(&place, &out).run();
        assert_eq!(run.code, 3, "{}", run.err);
        let said = format!("`{}` is not a report of lyncert", place.path().join("bad/report.json").display());
        assert!(run.err.contains(&said), "{}", run.err);
    }
}
