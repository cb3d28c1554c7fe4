//! What `#[gen_server]` can stand on, and the struct.

use proc_macro2::Ident;
use syn::Type;

use crate::show::show;

pub(crate) const ATTRIBUTE_TWICE: &str =
    "`#[gen_server]` is here twice\nhelp: leave one, with all options in it";

pub(crate) fn wrong_item(what: &str) -> String {
    let instead = match what {
        "a function" => "for work that keeps no state use a plain function, or a task",
        "a trait" => {
            "for a trait that the handle implements write `#[gen_server(protocol = Name)]` on the server's `impl`"
        }
        _ => "put it on the struct that holds the state, and again on the `impl` with its handlers",
    };
    format!("`#[gen_server]` goes on a struct and on its `impl`, not on {what}\nhelp: {instead}")
}

pub(crate) fn on_enum(name: &Ident) -> String {
    format!(
        "a gen_server is a struct, and `{name}` is an enum\n\
         help: put it in a struct, `struct Server {{ state: {name} }}`, or make it a `#[state_machine]`"
    )
}

pub(crate) fn on_union(name: &Ident) -> String {
    format!(
        "a gen_server is a struct, and `{name}` is a union\nhelp: write `struct {name} {{ .. }}`"
    )
}

pub(crate) fn impl_of_trait(of: &Type, server: &Type) -> String {
    let (of, server) = (show(of), show(server));
    format!(
        "handlers stand in the server's own `impl`, not in one of a trait\n\
         help: write `#[gen_server] impl {server} {{ .. }}`, and take the attribute off `impl {of} for {server}`"
    )
}

pub(crate) fn impl_of_no_struct(ty: &Type) -> String {
    format!(
        "a gen_server is a struct, and `{}` is none\nhelp: write `impl Name {{ .. }}` with the name of your struct",
        show(ty)
    )
}

pub(crate) const LIFETIME_OF_SERVER: &str = "a server outlives whoever starts it, so its state cannot borrow\n\
     help: own the data, `String` for `&str`, or share it in an `Arc`";
pub(crate) const TABLE_WITH_OPTIONS: &str = "`#[table]` has no options\nhelp: write `#[table]`";
pub(crate) const TABLE_WITHOUT_NAME: &str = "a `#[read]` asks for a table by the name of its field, and this field has none\n\
     help: write `struct Rates { #[table] rates: Table<String, f64> }`";

pub(crate) fn stateless_server(name: &Ident) -> String {
    format!(
        "a gen_server serialises access to state, and `{name}` has none\n\
         help: make it a plain function, or a task; or say `#[gen_server(allow(stateless_server))]`"
    )
}

pub(crate) fn table_type(ty: &Type) -> String {
    format!(
        "`#[table]` shares a table with readers, and `{}` is none\n\
         help: write `Table<Key, Value>`, `OrderedTable<..>` or `BagTable<..>`, or remove `#[table]`",
        show(ty)
    )
}
