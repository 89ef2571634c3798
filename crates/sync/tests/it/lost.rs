//! Answers that do not arrive: the change took effect, or it did not, and the run cannot know.

use crate::help::{ended, in_parallel, invitations, same_view, settled};
use crate::scene::{scene, start, undisturbed};
use sandbox::{Do, Fault, On};
use serde_json::Value;

/// What happens to one write.
const TROUBLES: [(&str, Do); 3] = [
    ("the connection drops after the work", Do::DropAfter),
    ("half the answer", Do::HalfBody),
    ("the connection drops before the work", Do::DropBefore),
];

fn write(k: u64) -> [On; 3] {
    // The k-th of one method; every write is the k-th of its method for some k.
    ["PUT", "POST", "DELETE"].map(|method| On::service("timecamp").method(method).nth(k))
}

fn run_with(faults: Vec<Fault>, want: &Value) -> Result<(), String> {
    let (sandbox, run) = start(scene());
    sandbox.faults(faults);
    ended(run.go(&[]), 0)?;
    same_view(&sandbox.view(), want)?;
    if let Some((email, count)) = invitations(&sandbox).into_iter().find(|(_, count)| *count > 1) {
        return Err(format!("{email} was invited {count} times"));
    }
    settled(&run)
}

/// How many writes of each method an undisturbed run makes, and where each of them is.
fn places(journal: &[sandbox::Entry]) -> Vec<On> {
    let count = |method: &str| journal.iter().filter(|entry| entry.method == method).count() as u64;
    let most = ["PUT", "POST", "DELETE"].map(count);
    (1..=most.into_iter().max().unwrap_or_default())
        .flat_map(|k| write(k).into_iter().zip(most).filter(move |(_, most)| k <= *most).map(|(on, _)| on))
        .collect()
}

#[test]
fn a_write_whose_answer_is_lost_happens_once() {
    let (want, journal) = undisturbed();
    let cases: Vec<(On, &str, Do)> =
        places(&journal).into_iter().flat_map(|on| TROUBLES.map(|(name, does)| (on.clone(), name, does))).collect();
    assert!(cases.len() > 100, "{} cases", cases.len());
    let wrong = in_parallel(&cases, |(on, name, does)| {
        let failed = run_with(vec![Fault::once(on.clone(), does.clone())], &want).err()?;
        Some(format!("== {name}: {:?} {:?}: {failed}", on.method, on.nth))
    });
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_gateway_that_gives_up_on_a_write_is_no_failure() {
    let (want, journal) = undisturbed();
    let cases: Vec<(On, u16)> = places(&journal).into_iter().zip([502, 504].into_iter().cycle()).collect();
    let wrong = in_parallel(&cases, |(on, status)| {
        let failed = run_with(vec![Fault::once(on.clone(), Do::status(*status))], &want).err()?;
        Some(format!("== {status}: {:?} {:?}: {failed}", on.method, on.nth))
    });
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_invitation_and_group_loses_its_first_answer() {
    let (want, _) = undisturbed();
    for method in ["POST", "PUT", "DELETE"] {
        let lost = Fault::new(On::service("timecamp").method(method).every(2), Do::DropAfter);
        run_with(vec![lost], &want).unwrap();
    }
}

/// Invitations whose answers are lost twice are not given up as refused: the person may be there by the next run.
#[test]
fn an_invitation_whose_answers_are_lost_again_and_again_stays_pending() {
    let (want, _) = undisturbed();
    let (sandbox, run) = start(scene());
    sandbox.fault(Fault::new(On::timecamp("POST", "group/101/user"), Do::DropBefore));
    let first = run.go(&[]).expect(5);
    assert!(first.stderr.contains("new4@x.test"), "{first}");
    let pending = run.json("var/pending_new_users.json");
    assert_eq!(pending.as_array().unwrap().len(), 1, "{pending}");
    assert_eq!(pending[0]["email"], "new4@x.test");
    sandbox.clear_faults();
    run.go(&[]).expect(0);
    same_view(&sandbox.view(), &want).unwrap();
    settled(&run).unwrap();
}
