//! Keys, values and members of all kinds, in places where users write them.

use std::sync::Arc;

use otp::prelude::*;
use otp::{
    AnyProcess, DuplicateRegistry, DuplicateRegistryRef, Group, Registry, RegistryFlags,
    RegistryRef, Scope, ScopeRef,
};

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    User(u64),
    Room { name: Arc<str> },
}

/// A session knows the registry that knows it.
#[gen_server]
struct Session {
    names: RegistryRef<Key, Session, Arc<[u8]>>,
    topics: DuplicateRegistryRef<(u8, String), Session>,
    lobby: Group<&'static str, Session>,
}

#[gen_server]
impl Session {
    #[init]
    fn new(
        names: RegistryRef<Key, Session, Arc<[u8]>>,
        topics: DuplicateRegistryRef<(u8, String), Session>,
        lobby: Group<&'static str, Session>,
        cx: &mut Context<Self>,
    ) -> Result<Self, otp::RegisterError> {
        topics.register((1, "news".into()), cx)?;
        lobby.join(&cx.me()).ok();
        Ok(Session {
            names,
            topics,
            lobby,
        })
    }

    #[call]
    fn rename(&mut self, name: Arc<str>, cx: &mut Context<Self>) -> bool {
        let key = Key::Room { name };
        let taken = self.names.register_with(key, Arc::new([1]), cx).is_ok();
        self.topics.unregister(&(1, "news".to_owned()), cx);
        let _ = self.lobby.leave(&cx.me());
        taken
    }
}

/// Generic over what is named.
struct Cache<K: otp::NameKey, V: otp::NameValue> {
    servers: RegistryRef<K, Session, V>,
}

impl<K: otp::NameKey, V: otp::NameValue> Cache<K, V> {
    fn get(&self, key: &K) -> Option<SessionRef> {
        self.servers.lookup(key)
    }
}

supervisor! {
    Tree {
        strategy: one_for_one,
        intensity: 3 per 5s,

        short: registry<Key, Session>,
        names: Registry<Key, Session, Arc<[u8]>>("names"),
        topics: DuplicateRegistry<(u8, String), Session>("topics"),
        rooms: Scope<&'static str, Session>("rooms"),
        any: Scope<u64, AnyProcess>("any") { shutdown: 1s },
    }
}

async fn all() -> Result<(), Box<dyn std::error::Error>> {
    let tree = Tree::start().await?;
    let lobby = tree.rooms().group("lobby");
    let start = Session::start(tree.names().clone(), tree.topics().clone(), lobby);
    let key = Key::User(7);
    let session = start.via_with(tree.names(), key.clone(), Arc::new([])).await?;
    assert!(session.rename("hall".into()).await?);
    let cache = Cache {
        servers: tree.names().clone(),
    };
    assert!(cache.get(&key).is_some());
    let any: &ScopeRef<u64, AnyProcess> = tree.any();
    any.join(&7, &session.pid())?;
    assert_eq!(any.members(&7), [session.pid()]);
    assert_eq!(tree.short().count(), 0);
    let flags = RegistryFlags::new().partitions(4);
    let more = Registry::<u64, Session>::start_with("more", flags).await?;
    assert_eq!(more.partitions(), 4);
    tree.stop().await?;
    Ok(())
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(all()).expect("it works");
}
