//! Cedar on policies in a folder: `peer_cedar validate FOLDER` or `peer_cedar analyse FOLDER SOLVER…`.
//!
//! The folder has `schema.cedarschema` and `policies.cedar`, whose policies have ids, and for the analysis `pairs.txt`,
//! which has a line for each question: two ids and the principal type, action and resource type of a request. What was
//! done is printed as one line of JSON.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::str::FromStr as _;
use std::time::Instant;

use cedar_policy::{EntityUid, Policy, PolicySet, RequestEnv, Schema, ValidationMode, Validator};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy};

/// The allocator of the program that it is compared with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["validate", folder] => validate(folder),
        ["analyse", folder, solver @ ..] if !solver.is_empty() => analyse(folder, solver).await,
        _ => Err("usage: peer_cedar validate FOLDER | peer_cedar analyse FOLDER SOLVER…".into()),
    }
}

/// Schema and policies, and how long each took to read in milliseconds.
fn read(folder: &str) -> Result<(Schema, PolicySet, f64), Box<dyn Error>> {
    let start = Instant::now();
    let (schema, _) = Schema::from_cedarschema_str(&fs::read_to_string(format!("{folder}/schema.cedarschema"))?)?;
    let policies = PolicySet::from_str(&fs::read_to_string(format!("{folder}/policies.cedar"))?)?;
    Ok((schema, policies, ms(start)))
}

fn validate(folder: &str) -> Outcome {
    let (schema, policies, read) = read(folder)?;
    let start = Instant::now();
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    let validated = ms(start);
    println!(
        "{{\"policies\":{},\"errors\":{},\"warnings\":{},\"read_ms\":{read:.2},\"work_ms\":{validated:.2}}}",
        policies.num_of_policies(),
        result.validation_errors().count(),
        result.validation_warnings().count(),
    );
    Ok(())
}

/// Asks of each pair whether some request matches both.
async fn analyse(folder: &str, solver: &[&str]) -> Outcome {
    let (schema, policies, read) = read(folder)?;
    let by_id: HashMap<&str, &Policy> = policies.policies().filter_map(|it| Some((it.annotation("id")?, it))).collect();
    let [program, args @ ..] = solver else { return Err("no solver".into()) };
    let solver = LocalSolver::from_command(tokio::process::Command::new(program).args(args))?;
    let mut compiler = CedarSymCompiler::new(solver)?;
    let start = Instant::now();
    let mut compiled: HashMap<(String, String), CompiledPolicy> = HashMap::new();
    let (mut pairs, mut together) = (0, Vec::new());
    for line in fs::read_to_string(format!("{folder}/pairs.txt"))?.lines() {
        let [first, second, principal, action, resource] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a question: {line}").into());
        };
        let environment = RequestEnv::new(principal.parse()?, EntityUid::from_str(action)?, resource.parse()?);
        for id in [first, second] {
            let key = (id.to_owned(), action.to_owned());
            if !compiled.contains_key(&key) {
                let policy = by_id.get(id).ok_or("no such policy")?;
                compiled.insert(key, CompiledPolicy::compile(policy, &environment, &schema)?);
            }
        }
        let of = |id: &str| &compiled[&(id.to_owned(), action.to_owned())];
        if !compiler.check_matches_disjoint_opt(of(first), of(second)).await? {
            together.push(format!("[\"{first}\",\"{second}\"]"));
        }
        pairs += 1;
    }
    println!(
        "{{\"policies\":{},\"pairs\":{pairs},\"read_ms\":{read:.2},\"work_ms\":{:.2},\"together\":[{}]}}",
        policies.num_of_policies(),
        ms(start),
        together.join(",")
    );
    Ok(())
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
