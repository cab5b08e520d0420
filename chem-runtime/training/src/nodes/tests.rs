//! Messages, and who may take part.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::time::Duration;

use super::message::{Head, Message, PREFIX};
use super::*;
use crate::error::TrainError;
use chem_emulator::checkpoint::{NetworkIdentity, Outcome, Provenance};
use chem_emulator::config::Config;

fn provenance(seed: u64) -> Provenance {
    let network = NetworkIdentity {
        name: "toy".to_owned(),
        version: 1,
        hash: "0".repeat(16),
        species: vec!["A".to_owned()],
        laws: Vec::new(),
        temperature_floor: None,
        trained_on: None,
    };
    let config = Config { seed, ..Config::new("toy") };
    Provenance {
        generator: "chem test".to_owned(),
        network,
        config,
        domain: None,
        outcome: Outcome::default(),
    }
}

#[test]
fn points_are_all_given_out() {
    for (nodes, count) in [(1, 7), (2, 7), (3, 4096), (5, 3)] {
        assert_eq!((0..nodes).map(|node| points_of(node, nodes, count)).sum::<usize>(), count);
    }
}

#[test]
fn messages_arrive_as_they_were_sent() {
    let numbers = vec![0.1, -0.0, f64::MIN_POSITIVE, f64::INFINITY, f64::NAN];
    let mut schedule = Schedule::default();
    (schedule.stage, schedule.total) = (2, 1 << 60);
    let head = Head::Task { schedule };
    let bytes = Message { head: head.clone(), numbers: numbers.clone() }.to_bytes().unwrap();
    let (prefix, rest) = bytes.split_first_chunk::<PREFIX>().unwrap();
    let lengths = Message::lengths(prefix, 5).unwrap();
    assert_eq!(rest.len(), lengths.head + 8 * lengths.numbers);
    let back = Message::from_bytes(lengths, rest).unwrap();
    assert_eq!(back.head, head);
    let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&back.numbers), bits(&numbers));
    assert!(Message::lengths(prefix, 4).is_err(), "more numbers than expected");
    assert!(Message::lengths(b"GET / HTTP/1.1\r\nHost", 100).is_err());
    let mut endless = *prefix;
    endless[4..12].fill(0xff);
    assert!(Message::lengths(&endless, 5).is_err(), "nobody reserves so much memory");
}

/// Strangers, other trainings and other seeds are sent away with a reason, and the leader goes on waiting.
#[test]
fn only_nodes_that_train_the_same_take_part() {
    let interrupt = AtomicBool::new(false);
    let (addresses, address) = mpsc::channel();
    std::thread::scope(|scope| {
        let leader = scope.spawn(|| {
            let mut told = Vec::new();
            let followers = Followers::gather("127.0.0.1:0", 2, &provenance(1), &interrupt, &mut |text| {
                if told.is_empty() {
                    let words: Vec<&str> = text.split(' ').collect();
                    addresses.send(words[2].to_owned()).unwrap();
                }
                told.push(text.to_owned());
            });
            (followers.unwrap(), told)
        });
        let address = address.recv().unwrap();
        let mut stranger = TcpStream::connect(&address).unwrap();
        stranger.write_all(b"GET / HTTP/1.1\r\nHost: chem\r\n\r\n").unwrap();
        let other = Leader::join(&address, &provenance(2), Duration::ZERO, &interrupt);
        assert!(other.unwrap_err().to_string().contains("--seed"));
        let mut leader_of = provenance(1);
        leader_of.network.version = 2;
        let other = Leader::join(&address, &leader_of, Duration::ZERO, &interrupt).unwrap_err();
        assert!(other.to_string().contains("toy v2"), "{other}");
        // When to stop is not the follower's affair.
        let mut same = provenance(1);
        same.config.stop.cpu_seconds = Some(1.0);
        let mut node = Leader::join(&address, &same, Duration::ZERO, &interrupt).unwrap();
        assert_eq!((node.node, node.nodes), (1, 2));
        let (followers, told) = leader.join().unwrap();
        assert_eq!(followers.nodes(), 2);
        assert!(told.iter().filter(|text| text.contains("does not take part")).count() == 3, "{told:?}");
        drop(followers);
        assert_eq!(node.task(3).unwrap(), None, "the leader has ended");
        let alone = Leader::join("127.0.0.1:1", &same, Duration::ZERO, &interrupt).unwrap_err();
        assert!(matches!(alone, TrainError::Nodes(NodeError::Unreachable { .. })), "{alone}");
    });
}
