//! The seam between the shared machinery and the services that the sandbox plays.

use std::fmt::Debug;

use serde_json::Value;

use crate::bamboohr::BambooHr;
use crate::call::{Answer, Call};
use crate::entra::Entra;
use crate::factorial::Factorial;
use crate::hibob::HiBob;
use crate::okta::Okta;
use crate::timecamp::TimeCamp;

/// The name of an environment variable and its value.
pub(crate) type Setting = (&'static str, String);

/// One service: a name, the paths it owns, and its part of the world.
///
/// Latency, rate limits, faults, the journal and the pause are the machinery's business, not the service's.
pub(crate) trait Service: Debug + Send + Sync {
    /// The service's key in the world and its name in the journal.
    fn name(&self) -> &'static str;

    /// Where its paths begin, with a slash at both ends.
    fn prefix(&self) -> &'static str;

    /// Answers a request. `route` holds the decoded segments below the prefix.
    fn answer(&self, call: &Call, route: &[&str]) -> Answer;

    /// Takes over its part of the world; null when the world has none.
    fn load(&self, part: &Value) -> anyhow::Result<()>;

    /// Its part of the world as it now is, fit for [`Service::load`].
    fn state(&self) -> Value;

    /// The settings that lead the product to this service, for a sandbox at `url`; none when the world has no such part.
    fn settings(&self, url: &str) -> Vec<Setting>;

    /// The answer to this call if another one of which this is true is still running.
    fn busy(&self, _call: &Call, _route: &[&str]) -> Option<Answer> {
        None
    }

    /// The end state as tests compare it, for a service that has one.
    fn view(&self, _now: u64) -> Option<Value> {
        None
    }
}

/// Every service that the sandbox plays.
pub(crate) fn all() -> Vec<Box<dyn Service>> {
    vec![
        Box::<TimeCamp>::default(),
        Box::<BambooHr>::default(),
        Box::<Entra>::default(),
        Box::<Factorial>::default(),
        Box::<HiBob>::default(),
        Box::<Okta>::default(),
    ]
}
