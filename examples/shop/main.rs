//! A small shop as one supervision tree: orders come in as lines, payments crash, whole branches are
//! killed, and no accepted order is lost.
//!
//! ```text
//! cargo run --example shop -- examples/data/orders.txt
//! cargo run --example shop                               # reads orders from standard input
//! ```
//!
//! A line is an order (`ana: 2 pear, 1 fig`), or a command to break something: `!kill till`,
//! `!kill ledger`, `!kill audit`, `!kill books`, `!kill catalogue`, `!kill carts`, `!kill ana` (her
//! cart), `!tree`, `!wait`. `--seed N` chooses when payments crash, `--journal FILE` where accepted
//! orders are kept (and read back at the next start).

mod audit;
mod cart;
mod catalogue;
mod ledger;
mod order;
mod till;
mod tree;

use std::collections::HashMap;
use std::io::BufRead;
use std::process::ExitCode;
use std::time::Duration;

use otp::prelude::*;

use cart::CartRef;
use order::{Line, cents};
use tree::{Setup, Shop, ShopRef};

#[tokio::main]
async fn main() -> ExitCode {
    let (setup, input) = match arguments() {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .without_time()
        .with_writer(std::io::stderr)
        .init();
    // Crashes are reported by the supervisors.
    std::panic::set_hook(Box::new(|_| {}));
    otp::run_with(Shop::child(setup), |shop| serve(shop, input)).await
}

/// Takes orders until the input ends and all are paid.
async fn serve(shop: ShopRef, input: Box<dyn BufRead + Send>) {
    print_tree(&shop).await;
    let mut carts = HashMap::new();
    let (mut accepted, mut lines) = (0_u64, lines(input));
    let mut number = 0;
    while let Some(line) = lines.recv().await {
        number += 1;
        match line.parse() {
            Ok(Line::Nothing) => {}
            Ok(Line::Order(customer, items)) => {
                let who = customer.clone();
                match order(&shop, &mut carts, number, customer, items).await {
                    Ok(total) => {
                        accepted += 1;
                        println!("{who}: accepted, {}", cents(total));
                    }
                    Err(why) => println!("{who}: refused, {why}"),
                }
            }
            Ok(Line::Kill(whom)) => kill(&shop, &carts, &whom),
            Ok(Line::Tree) => print_tree(&shop).await,
            Ok(Line::Wait) => settle(&shop).await,
            Err(why) => println!("line {number}: {why}"),
        }
    }
    settle(&shop).await;
    print_tree(&shop).await;
    match shop.books().ledger().totals().await {
        Ok(totals) => println!(
            "{accepted} orders accepted here; in the book: {} accepted, {} paid, {}",
            totals.accepted,
            totals.paid,
            cents(totals.amount)
        ),
        Err(error) => println!("the ledger does not answer: {error}"),
    }
}

/// Brings an order to its customer's cart until it is accepted or refused. The line's number is its
/// key: however often it is tried, it is accepted once.
async fn order(
    shop: &ShopRef,
    carts: &mut HashMap<String, CartRef>,
    key: u64,
    customer: String,
    items: Vec<(u32, String)>,
) -> Result<u64, String> {
    loop {
        let open = carts.get(&customer).filter(|cart| cart.is_alive());
        let cart = if let Some(cart) = open {
            cart.clone()
        } else if let Ok(cart) = shop.carts().start_child(customer.clone()).await {
            carts.insert(customer.clone(), cart.clone());
            cart
        } else {
            // The carts' supervisor is being restarted.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        match cart.check_out(key, items.clone()).await {
            Ok(answer) => return answer,
            // Something on the way was killed: the order is not lost, only not known to be accepted.
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

fn kill(shop: &ShopRef, carts: &HashMap<String, CartRef>, whom: &str) {
    println!("* kill {whom}");
    let books = shop.books();
    match whom {
        "catalogue" => shop.catalogue().exit(ExitReason::Kill),
        "ledger" => books.ledger().exit(ExitReason::Kill),
        "till" => books.till().exit(ExitReason::Kill),
        "audit" => books.audit().exit(ExitReason::Kill),
        "books" => books.exit(ExitReason::Kill),
        "carts" => shop.carts().exit(ExitReason::Kill),
        customer => match carts.get(customer) {
            Some(cart) => cart.exit(ExitReason::Kill),
            None => println!("  there is no `{customer}`"),
        },
    }
}

/// Waits until every accepted order is paid.
async fn settle(shop: &ShopRef) {
    loop {
        if let Ok(totals) = shop.books().ledger().totals().await
            && totals.accepted == totals.paid
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn print_tree(shop: &ShopRef) {
    match shop.tree().await {
        Ok(tree) => println!("\n{tree}\n"),
        Err(error) => println!("no tree: {error}"),
    }
}

fn arguments() -> Result<(Setup, Box<dyn BufRead + Send>), String> {
    let usage = "usage: shop [--seed N] [--journal FILE] [ORDERS]";
    let journal = std::env::temp_dir().join(format!("shop-{}.journal", std::process::id()));
    let mut setup = Setup { journal, seed: 7 };
    let mut input: Box<dyn BufRead + Send> = Box::new(std::io::BufReader::new(std::io::stdin()));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seed" => {
                let seed = arguments.next().and_then(|seed| seed.parse().ok());
                setup.seed = seed.ok_or(usage)?;
            }
            "--journal" => setup.journal = arguments.next().ok_or(usage)?.into(),
            option if option.starts_with("--") => return Err(usage.to_owned()),
            path => {
                let file = std::fs::File::open(path);
                let file = file.map_err(|error| format!("cannot read {path}: {error}"))?;
                input = Box::new(std::io::BufReader::new(file));
            }
        }
    }
    Ok((setup, input))
}

/// The input's lines, read on a thread of their own.
fn lines(input: Box<dyn BufRead + Send>) -> tokio::sync::mpsc::Receiver<String> {
    let (send, receive) = tokio::sync::mpsc::channel(16);
    std::thread::spawn(move || {
        for line in input.lines().map_while(Result::ok) {
            if send.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receive
}
