//! Reads the account: people, kinds of day, and the days that are spoken of. Sends GETs only.

use crate::plan::Seen;
use crate::settings::Policy;
use crate::spans::spans;
use crate::wanted::Wanted;
use crate::world::{Settings, World};
use anyhow::bail;
use futures_util::{StreamExt as _, TryStreamExt as _, future, stream};
use jiff::civil::Date;
use timecamp_scim_core::http::HttpError;
use timecamp_scim_core::progress::Progress;
use timecamp_scim_core::stop::Stop;
use timecamp_scim_core::timecamp::{Reader, User, UserId};

/// How many settings requests wait at once for the gate, which holds the real limit.
const SETTINGS_AT_ONCE: usize = 64;

/// Everybody with their settings, and the kinds of day.
pub(crate) async fn observe(reader: &Reader, policy: &Policy) -> anyhow::Result<World> {
    let (day_types, users) = future::join(reader.day_types(), reader.users()).await;
    let day_types = day_types.map_err(no_day_types)?;
    let users = users.map_err(|error| cannot_read("the users", error))?;
    if users.is_empty() {
        bail!(
            "TimeCamp lists no users at all, not even the key's own: the account was only half seen. Nothing was changed"
        );
    }
    let settings = settings(reader, &users).await.map_err(|error| cannot_read("the users' settings", error))?;
    Ok(World::new(users, &settings, day_types, policy))
}

async fn settings(reader: &Reader, users: &[User]) -> Result<Settings, HttpError> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    stream::iter(reader.settings_batches(&ids))
        .map(|batch| settings_of(reader, batch))
        .buffered(SETTINGS_AT_ONCE)
        .try_fold(Settings::new(), |mut all, some| async move {
            all.extend(some);
            Ok(all)
        })
        .await
}

/// An empty answer for several users may be a hiccup: it is asked again before it counts as unset.
async fn settings_of(reader: &Reader, users: &[UserId]) -> Result<Settings, HttpError> {
    let settings = reader.settings(users).await?;
    if settings.is_empty() && users.len() > 1 { reader.settings(users).await } else { Ok(settings) }
}

/// The days that are spoken of, as TimeCamp has them now; as few requests as the spans allow.
pub(crate) async fn attendance(reader: &Reader, wanted: &Wanted, at_once: usize, stop: &Stop) -> anyhow::Result<Seen> {
    let mut asked: Vec<(UserId, Date, Date)> = Vec::new();
    for (user, days) in &wanted.days {
        let dates: Vec<Date> = days.keys().copied().collect();
        let ends = spans(&dates, |date| *date).into_iter().filter_map(|span| Some((*span.first()?, *span.last()?)));
        asked.extend(ends.map(|(first, last)| (*user, first, last)));
    }
    let progress = Progress::new("Reading attendance from TimeCamp", Some(asked.len() as u64));
    stream::iter(asked)
        .map(|(user, first, last)| async move {
            if stop.asked() {
                bail!("the run was asked to stop while it was reading. Nothing was changed");
            }
            let days = reader.attendance(user, &first.to_string(), &last.to_string()).await;
            Ok((user, days.map_err(|error| cannot_read("attendance", error))?))
        })
        .buffer_unordered(at_once)
        .inspect(|_| progress.add(1))
        .try_fold(Seen::default(), |mut seen, (user, days)| async move {
            seen.add(user, days);
            Ok(seen)
        })
        .await
}

fn no_day_types(error: HttpError) -> anyhow::Error {
    if error.code() == Some(403) {
        let advice = "TimeCamp does not give its day types: the attendance module is not part of the account's plan or is \
                      turned off, or the key's user may not use it. Nothing was changed. Turn it on in TimeCamp, and use \
                      the key of an administrator";
        return anyhow::Error::new(error).context(advice);
    }
    cannot_read("the day types", error)
}

fn cannot_read(what: &str, error: HttpError) -> anyhow::Error {
    let hint = match error.code() {
        Some(401) => "; TimeCamp does not accept TIMECAMP_API_KEY: copy the API token of an administrator again",
        Some(403) => "; the key's user may not do this: it must be an administrator of the account",
        Some(_) | None => "",
    };
    anyhow::Error::new(error).context(format!("cannot read {what} from TimeCamp; nothing was changed{hint}"))
}
