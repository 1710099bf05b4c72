//! `cargo xtask <command>`: everything this repository can do, each command in a module of its own.
//! It starts no work by itself: one enum, one match.

mod api;
mod bench;
mod build;
mod build_examples;
mod build_rust_wasm;
mod demo;
mod exhaustive;
mod fuzz;
mod hostile;
mod manual;
mod miri;
mod mutants;
mod published;
mod rustdoc;
mod serve;
mod shell;
mod side_by_side;
mod site;
mod soak;
mod supply;
mod test;
mod tools;
mod trust;
mod versions;

use clap::Parser;

/// Build, try and test outcrop.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
enum Command {
    /// Write the listings of the crate's public API (crate/api) anew.
    Api(api::Options),
    /// Measure; what is asked for is built first.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Build the npm package into bindings/dist and hold it to its size budget.
    Build(build::Options),
    /// Build everything, stream one answer in the terminal and serve the page.
    Demo(demo::Options),
    /// Build the site of the manual, with both references and a search, into target/docs/site
    Docs(site::Options),
    /// Write the bills of materials (CycloneDX) of the package and of the crate
    Bills,
    /// Hostile frames, judged by outcrop and by three official decoders
    Hostile(hostile::Frames),
    /// Millions of random requests, signed by outcrop and by one of AWS's signers
    #[command(subcommand)]
    Signing(hostile::Signing),
    /// Call the targets of tests/fuzz with random bytes
    Fuzz(fuzz::Options),
    /// Try what is small enough to be tried whole, all of it: a few minutes of every core
    Exhaustive,
    /// Change the crate in one place at a time and see that the tests notice: an hour of a core
    Mutants(mutants::Options),
    /// Serve the built page, or other folders, to this machine alone.
    Serve(serve::Options),
    /// Open streams with random faults by the hundred thousand, in Node and in Chromium.
    Soak(soak::Options),
    /// Run every check, or those named.
    Test(test::Options),
    /// What the code was put through, from the reports of the programs that did it.
    Trust(trust::Options),
}

fn main() -> std::process::ExitCode {
    if let Some(ended) = rustdoc::stand_in().or_else(fuzz::stand_in) {
        return ended;
    }
    let outcome = match Command::parse() {
        Command::Api(options) => api::run(&options),
        Command::Bench(bench) => bench::run(&bench),
        Command::Bills => supply::bills::run(),
        Command::Build(options) => build::run(&options),
        Command::Docs(options) => site::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Hostile(options) => hostile::frames(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Exhaustive => exhaustive::run(),
        Command::Mutants(options) => mutants::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Signing(against) => hostile::signing(&against),
        Command::Soak(options) => soak::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Trust(options) => trust::run(&options),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            // What went wrong and why, on a line; a backtrace of xtask would say nothing more.
            eprintln!("xtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
