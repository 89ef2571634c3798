//! The environment variables that core and more than one stage know. Each source declares its own in its folder.
//!
//! All `TIMECAMP_` variables stand here, so that every stage tells a typo from a setting of another stage.

use crate::env::{Kind, Var};

macro_rules! vars {
    ($($ident:ident = $name:literal, $kind:ident, $default:literal, $about:literal;)*) => {
        $(#[doc = $about] pub const $ident: Var = Var::new($name, Kind::$kind, $default, $about);)*
    };
}

vars! {
    DISABLE_FILE_LOGGING = "DISABLE_FILE_LOGGING", Flag, "false", "Log to the console only, not to var/logs/sync.log.";
    LOG_FORMAT = "LOG_FORMAT", Text, "text", "`text` for people or `json`, one object a line.";
    LOG_MASK_PII = "LOG_MASK_PII", Flag, "false", "Mask people's names and addresses in logs.";
    HTTP_TIMEOUT = "HTTP_TIMEOUT", Duration, "60s", "How long one whole request may take.";
    HTTP_RETRY_BUDGET = "HTTP_RETRY_BUDGET", Duration, "5m", "How long one request may be retried in all, waits included.";
    METRICS_FILE = "METRICS_FILE", Text, "", "Write Prometheus text metrics of the run to this file (for a textfile collector).";
    USE_S3_STORAGE = "USE_S3_STORAGE", Flag, "false", "Keep the files in an S3 bucket instead of the local folder.";
    S3_BUCKET_NAME = "S3_BUCKET_NAME", Text, "", "The bucket; required with S3.";
    S3_ENDPOINT_URL = "S3_ENDPOINT_URL", Text, "AWS", "Address of an S3-compatible service.";
    S3_ACCESS_KEY_ID = "S3_ACCESS_KEY_ID", Secret, "SDK chain", "Access key; with `S3_SECRET_ACCESS_KEY` or not at all.";
    S3_SECRET_ACCESS_KEY = "S3_SECRET_ACCESS_KEY", Secret, "SDK chain", "Secret key; with `S3_ACCESS_KEY_ID` or not at all.";
    S3_REGION = "S3_REGION", Text, "us-east-1", "The region.";
    S3_PATH_PREFIX = "S3_PATH_PREFIX", Text, "", "Folder in the bucket; slashes around it are ignored.";
    S3_FORCE_PATH_STYLE = "S3_FORCE_PATH_STYLE", Flag, "false", "Bucket in the path rather than in the host name; most S3-compatible services want it.";

    USE_SUPERVISOR_GROUPS = "TIMECAMP_USE_SUPERVISOR_GROUPS", Flag, "false", "Groups from the manager hierarchy.";
    USE_DEPARTMENT_GROUPS = "TIMECAMP_USE_DEPARTMENT_GROUPS", Flag, "true", "With supervisor groups on: departments holding supervisor subgroups. Without effect when they are off.";
    USE_JOB_TITLE_NAME_USERS = "TIMECAMP_USE_JOB_TITLE_NAME_USERS", Flag, "false", "User names as `Job Title [Name]`.";
    USE_JOB_TITLE_NAME_GROUPS = "TIMECAMP_USE_JOB_TITLE_NAME_GROUPS", Flag, "false", "Names of supervisors' groups as `Job Title [Name]`.";
    SHOW_EXTERNAL_ID = "TIMECAMP_SHOW_EXTERNAL_ID", Flag, "false", "Add ` - ID` to names.";
    SKIP_DEPARTMENTS = "TIMECAMP_SKIP_DEPARTMENTS", List, "", "Path prefixes removed from departments.";
    REPLACE_EMAIL_DOMAIN = "TIMECAMP_REPLACE_EMAIL_DOMAIN", Text, "", "Replace the domain of every address, e.g. `@test.example.com`.";
    USE_IS_SUPERVISOR_ROLE = "TIMECAMP_USE_IS_SUPERVISOR_ROLE", Flag, "false", "Take the role from the source's `is_supervisor`.";
    EXCLUDE_REGEX = "TIMECAMP_EXCLUDE_REGEX", Text, "", "Leave out users that match, searched in `department=\"…\" job_title=\"…\" email=\"…\"`.";
    CHANGE_GROUPS_REGEX = "TIMECAMP_CHANGE_GROUPS_REGEX", Text, "", "`pattern|||replacement;;;pattern|||replacement` on group paths.";
    PREPARE_TRANSFORM_CONFIG = "TIMECAMP_PREPARE_TRANSFORM_CONFIG", Json, "", "Transforms: JSON text, or the path of a JSON file.";
    MAX_GROUP_DEPTH = "TIMECAMP_MAX_GROUP_DEPTH", Number, "0", "Cut group paths to this many levels below the root group; 0 is no limit.";

    API_KEY = "TIMECAMP_API_KEY", Secret, "", "The API key of a TimeCamp administrator (TimeCamp: Profile, API token).";
    DOMAIN = "TIMECAMP_DOMAIN", Text, "app.timecamp.com", "Host or URL of TimeCamp.";
    ROOT_GROUP_ID = "TIMECAMP_ROOT_GROUP_ID", Number, "the key's root group", "The group under which everything happens.";
    SSL_VERIFY = "TIMECAMP_SSL_VERIFY", Flag, "true", "Verify TimeCamp's certificate. Turning this off lets anybody between read the key.";
    DISABLE_NEW_USERS = "TIMECAMP_DISABLE_NEW_USERS", Flag, "false", "Create nobody, and only groups that existing users need.";
    DISABLE_MANUAL_USER_UPDATES = "TIMECAMP_DISABLE_MANUAL_USER_UPDATES", Flag, "false", "Leave users alone who were added by hand (`added_manually` = 1).";
    DISABLE_USER_DEACTIVATION = "TIMECAMP_DISABLE_USER_DEACTIVATION", Flag, "false", "Disable nobody.";
    DISABLE_EXTERNAL_ID_SYNC = "TIMECAMP_DISABLE_EXTERNAL_ID_SYNC", Flag, "false", "Neither match by external id nor write it.";
    DISABLE_ADDITIONAL_EMAIL_SYNC = "TIMECAMP_DISABLE_ADDITIONAL_EMAIL_SYNC", Flag, "false", "Do not write additional addresses.";
    DISABLE_GROUP_UPDATES = "TIMECAMP_DISABLE_GROUP_UPDATES", Flag, "false", "Move no existing users.";
    DISABLE_ROLE_UPDATES = "TIMECAMP_DISABLE_ROLE_UPDATES", Flag, "false", "Change no existing user's role.";
    DISABLE_GROUPS_CREATION = "TIMECAMP_DISABLE_GROUPS_CREATION", Flag, "false", "Create no groups; users of missing groups belong in the root group.";
    UPDATE_EMAIL_ON_EXTERNAL_ID = "TIMECAMP_UPDATE_EMAIL_ON_EXTERNAL_ID", Flag, "false", "The primary address follows the source when a user was matched by external id.";
    DISABLED_USERS_GROUP_ID = "TIMECAMP_DISABLED_USERS_GROUP_ID", Number, "0", "The group where disabled users go; 0 is off.";
    IGNORED_USER_IDS = "TIMECAMP_IGNORED_USER_IDS", List, "", "TimeCamp user ids that are never touched.";
    REMOVE_EMPTY_GROUPS = "TIMECAMP_REMOVE_EMPTY_GROUPS", Flag, "false", "Remove groups below the root group that nobody is in.";
    SYNC_PERSISTENT_SETTINGS = "TIMECAMP_SYNC_PERSISTENT_SETTINGS", Flag, "false", "Accepted for the Python version's sake; what it was for now always holds.";
    MAX_DEACTIVATIONS = "TIMECAMP_MAX_DEACTIVATIONS", Limit, "20%", "How many people one run may disable: a count, a percentage or `off`. Holds for other sweeping changes too.";
    MAX_NEW_USERS = "TIMECAMP_MAX_NEW_USERS", Limit, "100%", "Seats that one run may add (creations and re-enables): a count, a percentage of all enabled users, or `off`.";
    MAX_INPUT_AGE = "TIMECAMP_MAX_INPUT_AGE", Duration, "off", "Refuse input that was read from the source longer ago than this.";
    CONCURRENCY = "TIMECAMP_CONCURRENCY", Number, "4", "Requests to TimeCamp at once.";
    RUST_LOG = "RUST_LOG", Text, "info", "What is logged, in the notation of the tracing library: `debug`, `warn,hyper=trace`. --debug stands above it.";
    TIME_SCALE = "TIMECAMP_SCIM_TIME_SCALE", Text, "", "For tests only: the factor by which waits are shortened.";
}

/// What every stage reads.
pub const EVERY_STAGE: &[&Var] = &[
    &DISABLE_FILE_LOGGING,
    &LOG_FORMAT,
    &LOG_MASK_PII,
    &HTTP_TIMEOUT,
    &HTTP_RETRY_BUDGET,
    &METRICS_FILE,
    &USE_S3_STORAGE,
    &S3_BUCKET_NAME,
    &S3_ENDPOINT_URL,
    &S3_ACCESS_KEY_ID,
    &S3_SECRET_ACCESS_KEY,
    &S3_REGION,
    &S3_PATH_PREFIX,
    &S3_FORCE_PATH_STYLE,
];

/// What `prepare` reads besides.
pub const PREPARE: &[&Var] = &[
    &USE_SUPERVISOR_GROUPS,
    &USE_DEPARTMENT_GROUPS,
    &USE_JOB_TITLE_NAME_USERS,
    &USE_JOB_TITLE_NAME_GROUPS,
    &SHOW_EXTERNAL_ID,
    &SKIP_DEPARTMENTS,
    &REPLACE_EMAIL_DOMAIN,
    &USE_IS_SUPERVISOR_ROLE,
    &EXCLUDE_REGEX,
    &CHANGE_GROUPS_REGEX,
    &PREPARE_TRANSFORM_CONFIG,
    &MAX_GROUP_DEPTH,
];

/// What every stage that speaks to TimeCamp reads.
pub const TIMECAMP: &[&Var] = &[&API_KEY, &DOMAIN, &ROOT_GROUP_ID, &SSL_VERIFY, &CONCURRENCY];

/// What `sync` reads besides.
pub const SYNC: &[&Var] = &[
    &DISABLE_NEW_USERS,
    &DISABLE_MANUAL_USER_UPDATES,
    &DISABLE_USER_DEACTIVATION,
    &DISABLE_EXTERNAL_ID_SYNC,
    &DISABLE_ADDITIONAL_EMAIL_SYNC,
    &DISABLE_GROUP_UPDATES,
    &DISABLE_ROLE_UPDATES,
    &DISABLE_GROUPS_CREATION,
    &UPDATE_EMAIL_ON_EXTERNAL_ID,
    &DISABLED_USERS_GROUP_ID,
    &IGNORED_USER_IDS,
    &REMOVE_EMPTY_GROUPS,
    &SYNC_PERSISTENT_SETTINGS,
    &MAX_DEACTIVATIONS,
    &MAX_NEW_USERS,
    &MAX_INPUT_AGE,
];

/// Every variable that stands in this module.
pub fn all() -> Vec<&'static Var> {
    [EVERY_STAGE, PREPARE, TIMECAMP, SYNC, &[&TIME_SCALE]].concat()
}
