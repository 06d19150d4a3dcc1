//! Experts sign in, and nobody else: also in the moment in which a password is changed or an expert removed.

use crate::kit::{Place, over_both};
use dayi::feedback::Store;
use dayi::feedback::experts::{CredentialKind, SignInError};
use std::time::Duration;
use tokio::task::JoinSet;

over_both! {
    a_sign_in_that_is_being_checked_does_not_outlive_the_password
    a_sign_in_that_is_being_checked_does_not_outlive_the_expert
    more_sign_ins_than_can_be_checked_soon_are_refused
    tokens_are_listed_and_revoked_one_by_one
    a_failed_sign_in_tells_nothing_of_what_was_typed
}

const OLD: &str = "correct horse";

/// Begins a sign-in of bob behind others under made-up names, all of which wait to be checked.
async fn sign_in_behind_others(store: &Store) -> JoinSet<Result<Option<String>, SignInError>> {
    let mut others = JoinSet::new();
    for n in 0..8 {
        let store = store.clone();
        others.spawn(async move { store.experts().sign_in(&format!("nobody{n}"), OLD).await });
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut bob = JoinSet::new();
    let store = store.clone();
    bob.spawn(async move { store.experts().sign_in("bob", OLD).await });
    // Its hash is read by then, and the others are still being checked.
    tokio::time::sleep(Duration::from_millis(20)).await;
    others.detach_all();
    bob
}

/// Whether the sign-in was refused, or its session begun just before the change: now it opens nothing.
async fn assert_opens_nothing(
    store: &Store,
    signing_in: &mut JoinSet<Result<Option<String>, SignInError>>,
) {
    let session = signing_in.join_next().await.unwrap().unwrap();
    if let Ok(Some(secret)) = session {
        let kind = CredentialKind::Session;
        let found = store.experts().with_secret(&secret, kind).await.unwrap();
        assert_eq!(found, None);
    }
}

async fn a_sign_in_that_is_being_checked_does_not_outlive_the_password(place: Place) {
    let store = place.open().await;
    store.experts().set_password("bob", OLD).await.unwrap();
    let mut signing_in = sign_in_behind_others(&store).await;
    store
        .experts()
        .set_password("bob", "another horse")
        .await
        .unwrap();
    assert_opens_nothing(&store, &mut signing_in).await;
}

async fn a_sign_in_that_is_being_checked_does_not_outlive_the_expert(place: Place) {
    let store = place.open().await;
    store.experts().set_password("bob", OLD).await.unwrap();
    let mut signing_in = sign_in_behind_others(&store).await;
    store.experts().remove("bob").await.unwrap();
    assert_opens_nothing(&store, &mut signing_in).await;
    // Nor does a session that somebody else put there: who is not an expert has none.
    store.experts().set_password("bob", OLD).await.unwrap();
    let session = store.experts().sign_in("bob", OLD).await.unwrap().unwrap();
    place.execute("DELETE FROM experts").await;
    let kind = CredentialKind::Session;
    let found = store.experts().with_secret(&session, kind).await.unwrap();
    assert_eq!(found, None);
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
