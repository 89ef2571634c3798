//! BambooHR.
use crate::call::{Answer, Call};
use crate::service::Service;
use serde_json::Value;
use std::sync::Mutex;
#[derive(Debug, Default)]
pub(crate) struct BambooHr(Mutex<Value>);
impl Service for BambooHr {
    fn name(&self) -> &'static str {
        "bamboohr"
    }
    fn prefix(&self) -> &'static str {
        "/api/gateway.php/"
    }
    fn answer(&self, _: &Call, _: &[&str]) -> Answer {
        Answer::text(501, "text/plain", "not yet")
    }
    fn load(&self, part: &Value) -> anyhow::Result<()> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = part.clone();
        Ok(())
    }
    fn state(&self) -> Value {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
