//! Experts sign in, and nobody else: also in the moment in which a password is changed or an expert removed.

use crate::kit::{Place, over_both};
use dayi::feedback::Store;
use dayi::feedback::experts::{CredentialKind, SignInError};
use std::time::Duration;
use tokio::task::JoinSet;

over_both! {
    a_sign_in_that_is_being_checked_does_not_outlive_the_password
    a_sign_in_that_is_being_checked_does_not_outlive_the_expert
    a_change_of_the_password_is_one_with_the_end_of_sessions
    more_sign_ins_than_can_be_checked_soon_are_refused
    tokens_are_listed_and_revoked_one_by_one
    a_failed_sign_in_tells_nothing_of_what_was_typed
}

const OLD: &str = "correct horse";

/// What a sign-in as bob gets whose password was right when it was checked, while another process holds the store for
/// writing and makes this change.
async fn sign_in_during(place: &Place, store: &Store, change: &'static str) -> Option<String> {
    store.experts().set_password("bob", OLD).await.unwrap();
    let hold = match place {
        Place::Sqlite(_) => "BEGIN IMMEDIATE",
        Place::Postgres(_) => "BEGIN; SELECT pg_advisory_xact_lock(7239201)",
    };
    let mut other = place.connect().await;
    other.execute(hold).await;
    let mut signing_in = JoinSet::new();
    let signing = store.clone();
    signing_in.spawn(async move { signing.experts().sign_in("bob", OLD).await.unwrap() });
    // Long enough to check the password, and less than the store waits for the other.
    tokio::time::sleep(Duration::from_secs(1)).await;
    other.execute(change).await;
    other.execute("COMMIT").await;
    signing_in.join_next().await.unwrap().unwrap()
}

async fn a_sign_in_that_is_being_checked_does_not_outlive_the_password(place: Place) {
    let store = place.open().await;
    let session = sign_in_during(&place, &store, "SELECT 1").await;
    assert!(session.is_some(), "nothing was changed");
    let change = "UPDATE experts SET password_hash = 'another' WHERE name = 'bob'";
    assert_eq!(sign_in_during(&place, &store, change).await, None);
}

async fn a_sign_in_that_is_being_checked_does_not_outlive_the_expert(place: Place) {
    let store = place.open().await;
    let change = "DELETE FROM experts WHERE name = 'bob'";
    assert_eq!(sign_in_during(&place, &store, change).await, None);
    // Nor does a session that is there all the same: who is not an expert has none.
    store.experts().set_password("bob", OLD).await.unwrap();
    let session = store.experts().sign_in("bob", OLD).await.unwrap().unwrap();
    place.execute(change).await;
    let kind = CredentialKind::Session;
    let found = store.experts().with_secret(&session, kind).await.unwrap();
    assert_eq!(found, None);
}

/// A change of the password is one with the end of the sessions: nobody can sign in between.
async fn a_change_of_the_password_is_one_with_the_end_of_sessions(place: Place) {
    let store = place.open().await;
    store.experts().set_password("bob", OLD).await.unwrap();
    let mut signing_in = JoinSet::new();
    for _ in 0..12 {
        let store = store.clone();
        signing_in.spawn(async move { store.experts().sign_in("bob", OLD).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    store
        .experts()
        .set_password("bob", "another horse")
        .await
        .unwrap();
    while let Some(signed_in) = signing_in.join_next().await {
        if let Ok(Ok(Some(secret))) = signed_in {
            let kind = CredentialKind::Session;
            let found = store.experts().with_secret(&secret, kind).await.unwrap();
            assert_eq!(found, None);
        }
    }
}

async fn more_sign_ins_than_can_be_checked_soon_are_refused(place: Place) {
    let store = place.open().await;
    let mut trying = JoinSet::new();
    for n in 0..100 {
        let store = store.clone();
        trying.spawn(async move { store.experts().sign_in(&format!("nobody{n}"), OLD).await });
    }
    let outcomes = trying.join_all().await;
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(SignInError::Busy)))
        .count();
    assert!((50..100).contains(&refused), "{refused} of 100");
}

async fn tokens_are_listed_and_revoked_one_by_one(place: Place) {
    let store = place.open().await;
    let experts = store.experts();
    let first = experts.new_token("ci", "nightly report").await.unwrap();
    let second = experts.new_token("ci", "").await.unwrap();
    let kind = CredentialKind::Token;
    assert!(experts.with_secret(&second, kind).await.unwrap().is_some());
    let tokens = experts.tokens("ci").await.unwrap();
    assert_eq!(tokens.len(), 2);
    assert!(tokens.iter().all(|token| token.made.is_some()));
    let [unused] = &tokens
        .iter()
        .filter(|t| t.used.is_none())
        .collect::<Vec<_>>()[..]
    else {
        panic!("one was used: {tokens:?}");
    };
    assert_eq!(unused.label, "nightly report");

    let left = experts.set_password("ci", OLD).await.unwrap();
    assert_eq!(left, 2, "a new password names the tokens that stay");
    assert!(experts.revoke("ci", "").await.is_err(), "any of both");
    assert!(experts.revoke("ci", "no such id").await.is_err());
    assert!(experts.revoke("other", &unused.id).await.is_err());
    experts.revoke("ci", &unused.id[..8]).await.unwrap();
    assert!(experts.with_secret(&first, kind).await.unwrap().is_none());
    assert!(experts.with_secret(&second, kind).await.unwrap().is_some());
    assert!(experts.tokens("nobody").await.is_err());

    let log = store.audit().page(None, 10).await.unwrap();
    let actions: Vec<&str> = log.iter().map(|entry| &*entry.action).collect();
    assert_eq!(
        actions,
        ["token revoked", "password set", "token made", "token made"]
    );
}

async fn a_failed_sign_in_tells_nothing_of_what_was_typed(place: Place) {
    let store = place.open().await;
    store.experts().set_password("bob", OLD).await.unwrap();
    for name in ["my secret passw0rd", "hunter2.hunter2", "bob"] {
        let session = store.experts().sign_in(name, "wrong horse").await.unwrap();
        assert_eq!(session, None);
    }
    let log = store.audit().page(None, 3).await.unwrap();
    let tried: Vec<&str> = log.iter().map(|entry| &*entry.expert).collect();
    assert_eq!(tried, ["bob", "", ""]);
    assert!(log.iter().all(|entry| entry.action == "sign-in failed"));
}
