//! Every value of a report as every other one: refused in one sentence, or drawn as files that every reader takes.

use crate::support::mutated::{changed, kinds_of_places, others, outcome, reports};

#[test]
fn a_report_with_another_value_anywhere_is_refused_or_drawn_whole() {
    // The smallest one has rows of nearly all lists.
    let (_, report) = reports().pop().unwrap();
    let (mut read, mut refused) = (0, 0);
    for place in kinds_of_places(&report) {
        let value = report.pointer(&place).unwrap();
        for other in others(value).into_iter().filter(|other| other != value) {
            match outcome(&changed(&report, &place, other.clone())) {
                Ok(true) => read += 1,
                Ok(false) => refused += 1,
                Err(fault) => panic!("{place} as {other}: {fault}"),
            }
        }
    }
    assert!(read > 500 && refused > 3_000, "{read} were read, {refused} refused");
}
