//! `cargo xtask test`: every check, each by a name that can be asked for alone; a check that fails does not keep the
//! others from running, and none is skipped in silence. It is a little long because it is that list, and what each check
//! on it needs.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::{self, program, root, say};
use crate::{
    bench, build, build_examples, build_rust_wasm, demo, fuzz, hostile, manual, miri, published, rustdoc,
    side_by_side, site, soak, supply, tools, trust, versions,
};

/// What can be asked of the tests.
#[derive(clap::Args)]
pub struct Options {
    /// The longer checks too
    #[arg(long)]
    full: bool,
    /// Only the checks of these names; what they need is built first
    names: Vec<String>,
    /// One check after the other, each one's output as it comes
    #[arg(long)]
    one_by_one: bool,
    /// Print the names and end
    #[arg(long)]
    list: bool,
    /// Of a run side by side: this check or this work ahead of checks, and nothing else
    #[arg(long, hide = true)]
    part: Option<String>,
}

/// A check: its name, what it shows, and how.
pub type Check = (&'static str, &'static str, fn() -> Result<()>);

/// In this order. Those that need the package or the emulator build them if they are not there.
const CHECKS: &[Check] = &[
    ("format", "rustfmt and Biome would change nothing", format),
    ("lints", "clippy is silent, natively and on wasm32", lints),
    ("build", "the npm package builds and holds its size budget", package),
    (
        "rust",
        "units, vectors, oracles, floors, the dependency tree, the Rust client against the emulator",
        rust,
    ),
    ("docs", "rustdoc is silent on what docs.rs shows, and the front page names each feature", rustdoc::docs),
    (
        "manual",
        "each test that SECURITY.md and the page on other libraries' bugs name is there",
        manual::check,
    ),
    (
        "blocks",
        "every block of code in the manual and the README is run, compiled or parsed, every link leads somewhere; the chapters on errors and limits have all that the sources have",
        site::blocks,
    ),
    (
        "site",
        "the manual's site builds, every export of the package has a comment; no link is dead, no page asks another host, the search finds chapters and exports in Chromium, axe says nothing",
        site::check,
    ),
    (
        "crate",
        "the npm package and the crate hold what they must and nothing else; the public API is as committed",
        published::check,
    ),
    (
        "supply",
        "licences, sources, bans and advisories of crates, budgets of the trees, lock files, bills of materials, workflows",
        supply::check,
    ),
    (
        "trust",
        "the README's table of what the code was put through is that of the reports; each defect's test is there",
        trust::check,
    ),
    (
        "botocore",
        "1,000 requests signed as botocore signs them, and its event-stream decoder reads our frames",
        botocore,
    ),
    (
        "signing",
        "5,000 random requests, presigned URLs and chunks signed by the crate and by outcrop/sign as @smithy/signature-v4 signs them",
        hostile::signing_check,
    ),
    (
        "requests",
        "300 generated requests as botocore makes them, REST-JSON suites, the text of recorded answers, in npm and Rust; what both decide for 40,000 random inputs",
        requests,
    ),
    ("clients", "botocore and AWS's JavaScript client are content with the emulator", clients),
    (
        "types",
        "the TypeScript types against the service model's facts, under the oldest and the newest TypeScript",
        types,
    ),
    ("node", "the package in Node: operations, cases, recordings, traps", node),
    (
        "workerd",
        "the package in workerd, miniflare's and the newest, without nodejs_compat and with it: operations, cases, traps",
        workerd,
    ),
    (
        "runtimes",
        "every case in Deno, Bun, the newest Node, Vercel's edge-runtime and AWS Lambda, on the packed package; Lambda's streamed answers; a sentence in Fastly's engine, which has no WebAssembly; the table of all runtimes",
        runtimes,
    ),
    (
        "rust-wasm",
        "the Rust client as wasm on fetch, in Node, workerd and Chromium: every case, ends, sleeps",
        rust_wasm,
    ),
    (
        "browsers",
        "the package in Chromium, Firefox and WebKit, each in a page, a module worker and a service worker: operations, cases, ends, traps",
        browsers,
    ),
    (
        "load",
        "the package is loaded lazily, once, again after a failure and under policies in Chromium, Firefox and WebKit; 1,000 traps in Chromium; killed workers",
        load,
    ),
    (
        "browser",
        "conversations in headless Chromium; the playground, each feature in Chromium and Firefox, and what axe says of it",
        browser,
    ),
    (
        "ministack",
        "an AWS stand-in vends credentials and accepts what they sign, in Node, in Chromium and from Rust; it refuses a wrong secret",
        ministack,
    ),
    ("moto", "a user pool's token goes to Cognito as a login, and a new one at each renewal", moto),
    ("identity", "the providers send Cognito and STS what botocore sends; endpoints", identity),
    (
        "ecosystem",
        "AWS's JavaScript client and outcrop/aws-sdk answer the same; @langchain/aws on it, in Node and in workerd; openai, Anthropic's and Vercel's packages with our fetch or credentials, in Node and in a page",
        ecosystem,
    ),
    (
        "packages",
        "publint and attw say nothing of the tarball; small apps of esbuild, Vite, Rollup, webpack, Rspack, Parcel, an import map, wrangler, Deno and Bun run with it, and a browser extension in Chromium and Firefox",
        packages,
    ),
    (
        "demo",
        "cargo xtask demo --once ends with an answer; where something is missing it says what, and the command; xtask's own tests",
        demonstrate,
    ),
];

/// Those that take longer than two minutes or bring hundreds of MB: with --full after the others, or by name.
const LONGER: &[Check] = &[
    (
        "features",
        "each set of the crate's features compiles, natively and on wasm32; in nine of them clippy is silent too",
        versions::features,
    ),
    (
        "versions",
        "the packed crate compiles on Rust 1.85, and with the oldest versions of what it needs",
        versions::versions,
    ),
    (
        "frameworks",
        "apps of Next.js (page, edge route, Node route) and SvelteKit run with the tarball, and on the newest Node those of SvelteKit 3, Astro and the newest wrangler",
        frameworks,
    ),
    (
        "examples",
        "each example is started and used: a page by Cognito with its stack, Workers, Next.js, Deno, an extension in Chromium and Firefox, a chat in the terminal; Rust on wasm: a Worker (workers-rs), a page (Yew), a WASI 0.2 component with every case",
        examples,
    ),
    (
        "bench",
        "each row of the bench but growth can be measured, beside the peers; a thousand streams give their memory back",
        bench::once,
    ),
    (
        "cuts",
        "the npm package at cuts of every recorded stream: an error or the right end each",
        hostile::cuts_check,
    ),
    (
        "hostile",
        "1,000,000 frames with right checksums and whatever else is wrong: outcrop in Rust, TypeScript and wasm against aws-smithy-eventstream, @smithy/core and botocore",
        hostile::frames_check,
    ),
    (
        "soak",
        "20,000 streams with random faults through one instance in Node and 20,000 in Chromium: each ends as its fault demands; memory stays, nothing is left open",
        soak::check,
    ),
    (
        "fuzz",
        "a million random inputs of each target of tests/fuzz, looking for new paths, held against other libraries; as many calls of the wasm",
        fuzz::check,
    ),
    (
        "miri",
        "the pure floors' own tests and the wasm's allocator under Miri, on 64 bits and on 32",
        miri::run,
    ),
    (
        "wasm-units",
        "the crate's own tests on wasm32, in Node, Chromium, Firefox and WebKit; in the browsers' pages every case of the Rust client",
        wasm_units,
    ),
];

/// What is done before the checks that want it, where all of them run: the longest builds, and everything that comes
/// over the network. It says nothing that the checks do not: one whose work was not done ahead does it.
pub const AHEAD: &[Check] = &[
    ("fetched", "what npm, pip, apt and rustup bring", fetched),
    ("packed", "the package as npm delivers it", packed),
    ("programs", "the programs of the tests, natively", programs),
    ("module", "the Rust client as wasm", || build_rust_wasm::run().map(|_| ())),
];

/// The same for the longer checks.
pub const AHEAD_OF_LONGER: &[Check] = &[
    ("fetched-too", "what only the longer checks need of them", fetched_for_longer),
    ("units", "the crate's own tests as wasm", || build_rust_wasm::tests().map(|_| ())),
    ("examples-built", "the examples in Rust", || {
        build_examples::run()?;
        build_examples::chat()?;
        wasi_component().map(|_| ())
    }),
];

/// Runs the checks and tells how each ended.
pub fn run(options: &Options) -> Result<()> {
    if options.list {
        for (name, shows, _) in CHECKS {
            println!("{name:10} {shows}");
        }
        for (name, shows, _) in LONGER {
            println!("{name:10} {shows} (only by name or with --full)");
        }
        return Ok(());
    }
    if let Some(part) = &options.part {
        let mut all = CHECKS.iter().chain(LONGER).chain(AHEAD).chain(AHEAD_OF_LONGER);
        let (_, _, work) = all.find(|check| check.0 == part).context("no such part")?;
        return work();
    }
    let known = |name: &String| CHECKS.iter().chain(LONGER).any(|check| check.0 == *name);
    if let Some(unknown) = options.names.iter().find(|name| !known(name)) {
        bail!("no check is called {unknown}: `cargo xtask test --list` names them");
    }
    let asked = |name: &str| options.names.iter().any(|wanted| wanted == name);
    let all = options.names.is_empty();
    let mut checks: Vec<&Check> = CHECKS.iter().filter(|check| all || asked(check.0)).collect();
    checks.extend(LONGER.iter().filter(|check| options.full && all || asked(check.0)));
    let start = Instant::now();
    let beside = all && !options.one_by_one;
    let report = if beside { side_by_side::run(&checks, options.full)? } else { one_by_one(&checks) };
    println!();
    for (name, took, good) in &report {
        println!("{name:10} {:4} s  {}", took.as_secs(), if *good { "ok" } else { "FAILED" });
    }
    println!("{} s together", start.elapsed().as_secs());
    if beside {
        side_by_side::ends(&report);
    }
    let failed = report.iter().filter(|(_, _, good)| !good).count();
    println!("{} passed, {failed} failed", report.len() - failed);
    if all && !options.full {
        let names: Vec<&str> = LONGER.iter().map(|check| check.0).collect();
        println!("only with --full: {}", names.join(", "));
    }
    if failed > 0 {
        bail!("{failed} of {} checks failed", report.len());
    }
    Ok(())
}

/// A check's name, how long it took, and whether it passed.
pub type Ended = (&'static str, Duration, bool);

fn one_by_one(checks: &[&Check]) -> Vec<Ended> {
    let one = |(name, shows, check): &&Check| {
        println!("\n=== {name}: {shows}");
        let start = Instant::now();
        let outcome = check();
        if let Err(error) = &outcome {
            println!("=== {name} failed: {error:#}");
        }
        (*name, start.elapsed(), outcome.is_ok())
    };
    checks.iter().map(one).collect()
}

fn cargo(arguments: &[&str]) -> Result<()> {
    shell::run(program("cargo").args(arguments))
}

fn format() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    biome("check")
}

/// Biome: `check` looks at the form of every file that it knows, `mend` mends it.
pub fn biome(script: &str) -> Result<()> {
    let folder = root().join("tests/lint");
    // One package of a pinned version. (npm's lock file can't name it: it leaves out the programs of
    // platforms that a registry does not have, and then refuses the file for it.)
    if !folder.join("node_modules/@biomejs/biome").is_dir() {
        say("installing Biome into tests/lint: it checks the form of TypeScript and JavaScript");
        let mut install = program("npm");
        install.args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        shell::run(&mut install).context(
            "Biome could not be fetched; once there is a network, `npm install` in tests/lint does it",
        )?;
    }
    shell::run(program("npm").args(["run", "--silent", script]).current_dir(folder))
}

fn lints() -> Result<()> {
    // In the profile that the tests are built in, so that C libraries and macros are compiled once for both.
    let checked = |arguments: &[&str]| {
        let mut clippy = program("cargo");
        clippy.args(["clippy", "--profile", bench::PROFILE]).args(arguments).args(["--", "-D", "warnings"]);
        shell::run(&mut clippy)
    };
    // xtask with them, so that what both need is checked once.
    checked(&[bench::TESTED, &["-p", "xtask", "--all-targets"]].concat())?;
    // The example of an own transport needs nothing of reqwest.
    let example = ["--features", "client,types", "--example", "own_transport"];
    checked(&[&["-p", "outcrop", "--no-default-features"], &example[..]].concat())?;
    tools::rust_target(build::TARGET, "the crate and the bindings are checked for it")?;
    for package in ["outcrop", "outcrop-bindings", "outcrop-rust-wasm"] {
        checked(&["-p", package, "--target", build::TARGET])?;
    }
    Ok(())
}

pub fn package() -> Result<()> {
    build::run(&build::Options {})
}

/// The package, built if it is not there, and unpacked where tests import it from.
pub fn packed() -> Result<()> {
    if side_by_side::there("packed") {
        return Ok(());
    }
    if !root().join("bindings/dist/outcrop.wasm").exists() {
        package()?;
    }
    tools::packed_package().map(|_| ())
}

/// `cargo test` of every package at once, with the features that all tests together need: so each crate is compiled
/// once. That the crate also compiles without them is what `features` shows.
fn tests() -> Command {
    let mut tests = program("cargo");
    tests.args(["test", "--profile", bench::PROFILE]).args(bench::TESTED);
    tests
}

fn programs() -> Result<()> {
    shell::run(tests().arg("--no-run"))
}

fn rust() -> Result<()> {
    packed()?;
    let wasm = root().join("bindings/dist/outcrop.wasm");
    shell::run(
        tests()
            .args(["--no-fail-fast", "--", "--show-output"])
            .env("OUTCROP_WASM", &wasm)
            // Random fault schedules, unless told otherwise: ten seconds.
            .env("OUTCROP_SCHEDULES", std::env::var("OUTCROP_SCHEDULES").unwrap_or_else(|_| "100000".into()))
            // So that the crate's examples are those that cargo has built with the tests.
            .env("OUTCROP_TESTED", bench::TESTED.join(" ")),
    )
}

/// The folders of npm packages below the root, and what they are for; in the order in which checks ask for them.
const NPM: &[(&str, &str)] = &[
    ("bindings", "binaryen, esbuild and TypeScript build the package"),
    ("tests/facts", "TypeScript, the oldest supported and one between"),
    ("tests/oracles/clients", "AWS's JavaScript client"),
    ("tests/ecosystem/aws-sdk", "AWS's client and a library written for it"),
    ("tests/ecosystem/fetch", "packages that take a fetch are given ours"),
    ("tests/runtimes/workerd", "miniflare brings workerd"),
    ("tests/runtimes/workerd-newest", "the newest workerd"),
    ("tests/runtimes/deno", "Deno"),
    ("tests/runtimes/bun", "Bun"),
    ("tests/runtimes/node-newest", "the newest Node"),
    ("tests/runtimes/edge-runtime", "Vercel's edge-runtime"),
    ("tests/runtimes/lambda", "AWS's client of Lambda's Runtime API"),
    ("www", "esbuild and TypeScript put the page together"),
    ("www/site", "VitePress and TypeDoc make the manual's site"),
    ("tests/manual", "parsers of TOML, YAML and HTML"),
];

/// All of it, whatever becomes of one.
fn fetched() -> Result<()> {
    let why = "several checks need it";
    let mut outcomes = vec![tools::rust_target(build::TARGET, why)];
    outcomes.extend(NPM.iter().map(|(folder, why)| tools::npm_ci(&root().join(folder), why)));
    let oracles = root().join("tests/oracles");
    for (name, folder) in
        [("oracles", "python"), ("clients", "clients"), ("ministack", "ministack"), ("moto", "moto")]
    {
        let requirements = oracles.join(folder).join("requirements.txt");
        outcomes.push(tools::python(name, &requirements, why).map(|_| ()));
    }
    outcomes.push(three_browsers(why).map(|_| ()));
    together(outcomes)
}

fn fetched_for_longer() -> Result<()> {
    let why = "the longer checks need it";
    together([
        tools::rust_target(WASI, why),
        versions::oldest_compiler(),
        tools::npm_ci(&root().join("tests/bench"), why),
        tools::python("wasi", &root().join("tests/examples/wasi/requirements.txt"), why).map(|_| ()),
        tools::python("examples", &root().join("tests/examples/requirements.txt"), why).map(|_| ()),
    ])
}

/// All the errors as one.
fn together(outcomes: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    let errors: Vec<String> =
        outcomes.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    if errors.is_empty() { Ok(()) } else { bail!("{}", errors.join("; ")) }
}

fn botocore() -> Result<()> {
    let folder = root().join("tests/oracles/python");
    let python = tools::python("oracles", &folder.join("requirements.txt"), "botocore is an oracle")?;
    let mut against = Command::new(bench::program_of("outcrop-oracles", "against-botocore")?);
    shell::run(against.current_dir(root()).envs(python.environment()))
}

/// Rust and npm against the same oracles, which Python and the suites are.
fn requests() -> Result<()> {
    packed()?;
    let folder = root().join("tests/oracles");
    let python = tools::python("oracles", &folder.join("python/requirements.txt"), "botocore is an oracle")?;
    let files = [
        "requests/requests.test.mjs",
        "restjson/restjson.test.mjs",
        "text/text.test.mjs",
        "twins/twins.test.mjs",
    ];
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec"])
            .args(files.map(|file| folder.join(file)))
            .env("OUTCROP_REQUESTS", bench::program_of("outcrop-oracles", "requests")?)
            .env("OUTCROP_TEXTS", bench::program_of("outcrop-oracles", "texts")?)
            .env("OUTCROP_TWINS", bench::program_of("outcrop-oracles", "twins")?)
            .envs(python.environment()),
    )
}

/// The emulator's program, built.
fn emulator() -> Result<PathBuf> {
    bench::program_of("outcrop-emulator", "outcrop-emulator")
}

/// Starts an emulator for a program that takes its address as its last argument.
fn against_emulator(command: &mut Command) -> Result<()> {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(emulator()?)
        .arg("--until-stdin-closes")
        .current_dir(root())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("the emulator has no stdout")?).read_line(&mut line)?;
    let hello: serde_json::Value = serde_json::from_str(&line).context("the emulator's first line")?;
    let outcome = shell::run(command.arg(hello["address"].as_str().context("no address")?));
    drop(child.stdin.take());
    child.wait()?;
    outcome
}

fn clients() -> Result<()> {
    let folder = root().join("tests/oracles/clients");
    let python = tools::python("clients", &folder.join("requirements.txt"), "botocore tries the emulator")?;
    against_emulator(python.command().arg(folder.join("botocore_client.py")))?;
    tools::npm_ci(&folder, "AWS's JavaScript client tries the emulator")?;
    against_emulator(Command::new(tools::node()?).current_dir(&folder).arg("aws-js.mjs"))?;
    tools::npm_ci(&root().join("bindings"), "esbuild bundles the browser build of AWS's client")?;
    against_emulator(Command::new(tools::node()?).current_dir(&folder).arg("bidirectional.mjs"))
}

fn types() -> Result<()> {
    let folder = root().join("tests/facts");
    tools::npm_ci(&folder, "TypeScript, the oldest supported and one between")?;
    tools::npm_ci(&root().join("bindings"), "the newest TypeScript, which writes the declarations")?;
    shell::run(Command::new(tools::node()?).current_dir(&folder).arg("check.mjs"))
}

/// Files for Node's test runner, with what they start built and named in the environment.
pub fn node_tests(files: &[&str], environment: &[(&str, PathBuf)]) -> Result<()> {
    packed()?;
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec"])
            .args(files)
            .env("OUTCROP_EMULATOR", emulator()?)
            .env("OUTCROP_XTASK", std::env::current_exe()?)
            .envs(environment.iter().map(|(name, value)| (*name, value))),
    )
}

fn node() -> Result<()> {
    tools::npm_ci(&root().join("tests/runtimes/workerd"), "miniflare brings the package ws")?;
    node_tests(&["tests/runtimes/node/all.test.mjs"], &[])
}

fn workerd() -> Result<()> {
    tools::npm_ci(&root().join("tests/runtimes/workerd"), "miniflare brings workerd")?;
    tools::npm_ci(&root().join("tests/runtimes/workerd-newest"), "the newest workerd, of 160 MB")?;
    node_tests(
        &[
            "tests/runtimes/workerd/workerd.test.mjs",
            "tests/runtimes/workerd/conversation.test.mjs",
            "tests/runtimes/workerd/models.test.mjs",
            "tests/runtimes/workerd/ended.test.mjs",
        ],
        &[],
    )
}

/// The programs of Deno, Bun and Node are packages of npm's.
fn runtimes() -> Result<()> {
    tools::npm_ci(&root().join("bindings"), "esbuild bundles an edge function")?;
    for (folder, brings) in [
        ("deno", "Deno"),
        ("bun", "Bun"),
        ("node-newest", "the newest Node"),
        ("edge-runtime", "what Vercel gives out for trying edge functions"),
        ("lambda", "AWS's client of Lambda's Runtime API, and a Node for it"),
    ] {
        tools::npm_ci(&root().join("tests/runtimes").join(folder), brings)?;
    }
    let files = ["runtimes.test.mjs", "lambda/lambda.test.mjs", "fastly/fastly.test.mjs"]
        .map(|file| ["tests/runtimes/", file].concat());
    node_tests(&files.each_ref().map(String::as_str), &[])
}

fn rust_wasm() -> Result<()> {
    let chromium = tools::chromium("the Rust client runs in a page too")?;
    tools::npm_ci(&root().join("tests/runtimes/workerd"), "miniflare brings workerd")?;
    rust_wasm_tests(
        &["rust-wasm", "elsewhere"],
        chromium.environment().map(|(name, value)| (name, value.to_owned())),
    )
}

fn wasm_units() -> Result<()> {
    let mut environment = three_browsers("the crate's own tests and the Rust client run in three browsers")?;
    environment.push(("OUTCROP_WASM_TESTS", build_rust_wasm::tests()?));
    rust_wasm_tests(&["units"], environment)
}

/// Tests of tests/runtimes/rust-wasm, with its module built.
fn rust_wasm_tests(
    names: &[&str],
    environment: impl IntoIterator<Item = (&'static str, PathBuf)>,
) -> Result<()> {
    let module = build_rust_wasm::run()?;
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec"])
            .args(names.iter().map(|name| format!("tests/runtimes/rust-wasm/{name}.test.mjs")))
            .env("OUTCROP_EMULATOR", emulator()?)
            .env("OUTCROP_XTASK", std::env::current_exe()?)
            .env("OUTCROP_RUST_WASM", module)
            .envs(environment),
    )
}

/// A file of tests that ask all three browsers.
fn in_browsers(file: &str) -> Result<()> {
    packed()?;
    node_tests(&[file], &three_browsers("the package is tested in three browsers")?)
}

/// Chromium, Firefox and WebKit, as the browser tests read them.
fn three_browsers(why: &str) -> Result<Vec<(&'static str, PathBuf)>> {
    let chromium = tools::chromium(why)?;
    let mut environment = chromium.environment().map(|(name, value)| (name, value.to_owned())).to_vec();
    environment.extend(tools::firefox(why)?);
    environment.extend(tools::webkit(why)?);
    Ok(environment)
}

fn browsers() -> Result<()> {
    in_browsers("tests/browser/package.test.mjs")
}

fn load() -> Result<()> {
    in_browsers("tests/browser/load.test.mjs")
}

fn browser() -> Result<()> {
    packed()?;
    demo::build_page()?;
    let why = "conversations and the playground are tested in Chromium, the playground in Firefox too";
    let chromium = tools::chromium(why)?;
    let mut environment = chromium.environment().map(|(name, value)| (name, value.to_owned())).to_vec();
    environment.extend(tools::firefox(why)?);
    let requirements = root().join("tests/oracles/moto/requirements.txt");
    environment.extend(
        tools::python("moto", &requirements, "an AWS stand-in has Cognito identity pools")?.environment(),
    );
    let mut files = vec!["tests/browser/conversation.test.mjs".to_owned()];
    for file in std::fs::read_dir(root().join("tests/browser/playground"))? {
        let name = file?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("tests/browser/playground/{name}"));
        }
    }
    files.sort();
    node_tests(&files.iter().map(String::as_str).collect::<Vec<_>>(), &environment)
}

/// The Rust side of the flows of credentials, built, under the name that the tests read.
fn rust_side() -> Result<(&'static str, PathBuf)> {
    Ok(("OUTCROP_IDENTITY", bench::program_of("outcrop-oracles", "identity")?))
}

fn ministack() -> Result<()> {
    let folder = root().join("tests/oracles/ministack");
    let python = tools::python(
        "ministack",
        &folder.join("requirements.txt"),
        "an AWS stand-in vends credentials and checks our signatures",
    )?;
    let chromium = tools::chromium("credentials are vended to a page too")?;
    tools::npm_ci(&root().join("tests/oracles/clients"), "AWS's JavaScript client takes our providers")?;
    let mut environment = python.environment();
    environment.extend(chromium.environment().map(|(name, value)| (name, value.to_owned())));
    environment.push(rust_side()?);
    node_tests(
        &["tests/oracles/ministack/ministack.test.mjs", "tests/oracles/ministack/identity.test.mjs"],
        &environment,
    )
}

fn moto() -> Result<()> {
    let folder = root().join("tests/oracles/moto");
    let python =
        tools::python("moto", &folder.join("requirements.txt"), "an AWS stand-in has Cognito user pools")?;
    let mut environment = python.environment();
    environment.push(rust_side()?);
    node_tests(&["tests/oracles/moto/moto.test.mjs"], &environment)
}

fn identity() -> Result<()> {
    let folder = root().join("tests/oracles/python");
    let python = tools::python("oracles", &folder.join("requirements.txt"), "botocore is an oracle")?;
    let mut environment = python.environment();
    environment.push(rust_side()?);
    node_tests(
        &["tests/oracles/identity/shapes.test.mjs", "tests/oracles/identity/endpoints.test.mjs"],
        &environment,
    )
}

fn ecosystem() -> Result<()> {
    tools::npm_ci(&root().join("tests/ecosystem/aws-sdk"), "AWS's client and a library written for it")?;
    tools::npm_ci(&root().join("tests/ecosystem/fetch"), "packages that take a fetch are given ours")?;
    let chromium = tools::chromium("a page asks a model through the package openai")?;
    let environment = chromium.environment().map(|(name, value)| (name, value.to_owned()));
    let files =
        ["aws-sdk/aws-sdk.test.mjs", "fetch/all.test.mjs", "fetch/page.test.mjs", "fetch/workerd.test.mjs"]
            .map(|file| ["tests/ecosystem/", file].concat());
    node_tests(&files.each_ref().map(String::as_str), &environment)
}

/// The apps' own packages are installed by the tests: the package that they are for is part of their lock files.
fn apps(longer: bool) -> Result<()> {
    let why = "apps that import the package run in a browser";
    let chromium = tools::chromium(why)?;
    let mut environment = chromium.environment().map(|(name, value)| (name, value.to_owned())).to_vec();
    environment.extend(tools::firefox(why)?);
    let programs: &[_] = if longer {
        environment.push(("OUTCROP_LONGER", "1".into()));
        &[("node-newest", "the newest Node, which new frameworks want")]
    } else {
        &[("deno", "Deno, for an app"), ("bun", "Bun, for apps")]
    };
    for (folder, brings) in programs {
        tools::npm_ci(&root().join("tests/runtimes").join(folder), brings)?;
    }
    node_tests(&["tests/packages/all.test.mjs"], &environment)
}

fn packages() -> Result<()> {
    apps(false)
}

fn frameworks() -> Result<()> {
    apps(true)
}

/// The examples of tests/examples, each a workspace of its own.
fn examples() -> Result<()> {
    tools::npm_ci(&root().join("www"), "axe-core looks at the examples' pages")?;
    // All, whatever becomes of the first.
    together([deployable_examples(), wasm_examples(), wasi()])
}

/// Those that a stranger deploys as they are. Their npm packages are installed by the tests, as those of `apps`.
fn deployable_examples() -> Result<()> {
    let chat = build_examples::chat()?;
    let requirements = root().join("tests/examples/requirements.txt");
    let why = "ministack makes the examples' stacks, and cfn-lint reads their templates";
    let python = tools::python("examples", &requirements, why)?;
    tools::npm_ci(&root().join("tests/runtimes/deno"), "Deno, for an example")?;
    let why = "examples are pages, and one is an extension";
    let chromium = tools::chromium(why)?;
    let mut environment = chromium.environment().map(|(name, value)| (name, value.to_owned())).to_vec();
    environment.extend(tools::firefox(why)?);
    environment.extend(python.environment());
    environment.push(("OUTCROP_CHAT", chat));
    // One file, so that they share what they install, an emulator and a browser.
    node_tests(&["tests/examples/all.test.mjs"], &environment)
}

fn wasm_examples() -> Result<()> {
    let built = build_examples::run()?;
    tools::npm_ci(&root().join("tests/runtimes/workerd"), "miniflare brings workerd")?;
    let chromium = tools::chromium("an example is a page")?;
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec"])
            .args(["worker", "page"].map(|name| format!("tests/examples/{name}.test.mjs")))
            .env("OUTCROP_EMULATOR", emulator()?)
            .env("OUTCROP_XTASK", std::env::current_exe()?)
            .env("OUTCROP_EXAMPLES", built)
            .envs(chromium.environment()),
    )
}

/// The target of components.
const WASI: &str = "wasm32-wasip2";

/// The folder of the component, built where the other examples are.
fn wasi_component() -> Result<PathBuf> {
    let manifest = root().join("tests/examples/wasi/Cargo.toml");
    let of_it = |command: &str, arguments: &[&str]| {
        let mut cargo = program("cargo");
        shell::run(cargo.arg(command).arg("--manifest-path").arg(&manifest).args(arguments))
    };
    of_it("fmt", &["--check"])?;
    tools::rust_target(WASI, "an example is a component of WASI")?;
    let target = build_examples::target_dir();
    let place = target.to_string_lossy();
    of_it("build", &["--locked", "--release", "--target", WASI, "--target-dir", &place])?;
    Ok(target.join(WASI).join("release"))
}

fn wasi() -> Result<()> {
    let folder = root().join("tests/examples/wasi");
    let component = wasi_component()?;
    let python = tools::python("wasi", &folder.join("requirements.txt"), "wasmtime runs a component")?;
    shell::run(
        Command::new(tools::node()?)
            .current_dir(root())
            .args(["--test", "--test-reporter=spec"])
            .arg(folder.join("wasi.test.mjs"))
            .env("OUTCROP_EMULATOR", emulator()?)
            .env("OUTCROP_WASI", component)
            .envs(python.environment()),
    )
}

fn demonstrate() -> Result<()> {
    shell::run(program("cargo").args(["test", "--quiet", "--locked", "-p", "xtask"]))?;
    node_tests(&["tests/demo/missing.test.mjs"], &[])?;
    shell::run(Command::new(std::env::current_exe()?).current_dir(root()).args(["demo", "--once"]))
}
