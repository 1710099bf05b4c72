//! Finds what building, trying and testing need, installs what can be installed without asking, and
//! says what and why. It never guesses: what is missing ends with the command that brings it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell::{self, say};

/// The oldest Node whose fetch, WebCrypto and node:test all do what the tests ask.
const OLDEST_NODE: u32 = 20;

/// Runs a program for its answer alone; `None` if it is not there or does not end with 0.
pub fn ask<S: AsRef<OsStr>>(name: S, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Node, 20 or newer.
pub fn node() -> Result<PathBuf> {
    let Some(version) = ask("node", &["--version"]) else {
        bail!(
            "Node is not here, and the npm package runs in it: get version {OLDEST_NODE} or newer from \
             https://nodejs.org, or with `apt-get install nodejs npm`, `brew install node` or `winget install OpenJS.NodeJS`"
        );
    };
    let major = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!(
            "Node {version} is too old, {OLDEST_NODE} or newer is needed: `npx n lts`, or https://nodejs.org"
        );
    }
    Ok(PathBuf::from("node"))
}

/// npm, which Debian's Node comes without.
pub fn npm() -> Result<()> {
    // On Windows it is a script.
    if ask(shell::program("npm").get_program(), &["--version"]).is_none() {
        bail!(
            "npm is not here, though Node is: `apt-get install npm`, or Node from https://nodejs.org, which brings it"
        );
    }
    Ok(())
}

/// Holds off others of our processes that would install the same at the same time, until it is dropped.
fn alone(name: &str) -> Result<std::fs::File> {
    let folder = shell::target_dir().join("locks");
    std::fs::create_dir_all(&folder)?;
    let file = std::fs::File::create(folder.join(name.replace(['/', '\\'], "-")))?;
    file.lock().with_context(|| format!("the lock of {name}"))?;
    Ok(file)
}

/// Everything that `folder`'s package-lock.json names, in its node_modules. Does nothing when they are
/// there already.
pub fn npm_ci(folder: &Path, why: &str) -> Result<()> {
    node()?;
    npm()?;
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let name = folder.strip_prefix(shell::root()).unwrap_or(folder);
    let _alone = alone(&name.to_string_lossy())?;
    // A copy of the lock file that node_modules was filled from.
    let stamp = folder.join("node_modules").join(".outcrop-lock.json");
    if std::fs::read(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    say(format!("installing the npm packages of {}: {why}", name.display()));
    let mut install = shell::program("npm");
    // What these folders hold works without install scripts, so none is run.
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    shell::run(install.current_dir(folder)).with_context(|| {
        let name = name.display();
        format!("the packages of {name} were not fetched; once there is a network, `npm ci` there does it")
    })?;
    std::fs::write(&stamp, wanted)?;
    Ok(())
}

/// A compilation target of the toolchain in use.
pub fn rust_target(target: &str, why: &str) -> Result<()> {
    let _alone = alone("rustup")?;
    // The standard library is there or it is not: this holds without rustup too.
    let there = ask("rustc", &["--print", "target-libdir", "--target", target])
        .is_some_and(|dir| Path::new(&dir).is_dir());
    if there {
        return Ok(());
    }
    say(format!("installing the Rust target {target}: {why}"));
    shell::run(Command::new("rustup").args(["target", "add", target])).with_context(|| {
        format!("the Rust target {target} is missing; `rustup target add {target}` brings it")
    })
}

/// Cargo of another Rust release, and that release's standard library for `target` where one is named.
pub fn toolchain(version: &str, target: Option<&str>, why: &str) -> Result<Command> {
    let _alone = alone("rustup")?;
    let there = |arguments: &[&str]| ask("rustup", &[&["run", version, "rustc"], arguments].concat());
    if there(&["--version"]).is_none() {
        say(format!("installing Rust {version}: {why}"));
        let install = ["toolchain", "install", version, "--profile", "minimal"];
        shell::run(Command::new("rustup").args(install)).with_context(|| {
            format!("Rust {version} is missing; `rustup {}` brings it", install.join(" "))
        })?;
    }
    if let Some(target) = target
        && !there(&["--print", "target-libdir", "--target", target])
            .is_some_and(|dir| Path::new(&dir).is_dir())
    {
        say(format!("installing the target {target} of Rust {version}: {why}"));
        let add = ["target", "add", target, "--toolchain", version];
        shell::run(Command::new("rustup").args(add)).with_context(|| {
            format!("Rust {version} lacks {target}; `rustup {}` brings it", add.join(" "))
        })?;
    }
    let mut cargo = Command::new("rustup");
    // What the cargo that runs us has told its children would lead this one back to it.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        cargo.env_remove(name);
    }
    cargo.args(["run", version, "cargo"]).current_dir(shell::root());
    Ok(cargo)
}

/// A part of another Rust release.
pub fn component(version: &str, component: &str, why: &str) -> Result<()> {
    let _alone = alone("rustup")?;
    let installed = ask("rustup", &["component", "list", "--installed", "--toolchain", version]);
    let named = |line: &str| line == component || line.starts_with(&format!("{component}-"));
    if installed.is_some_and(|list| list.lines().any(named)) {
        return Ok(());
    }
    say(format!("installing {component} of Rust {version}: {why}"));
    let add = ["component", "add", component, "--toolchain", version];
    shell::run(Command::new("rustup").args(add))
        .with_context(|| format!("Rust {version} lacks {component}; `rustup {}` brings it", add.join(" ")))
}

/// A Python with some packages in a place of their own.
pub struct Python {
    interpreter: PathBuf,
    packages: Option<PathBuf>,
}

impl Python {
    /// `python …`; programs of packages are started as modules: `-m name`.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.current_dir(shell::root()).envs(self.environment());
        command
    }

    /// A program that one of the packages brings.
    pub fn program(&self, name: &str) -> PathBuf {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        match &self.packages {
            Some(packages) => packages.join("bin").join(name),
            None => self.interpreter.with_file_name(name),
        }
    }

    /// What a test that starts Python itself must be given: PYTHON and, where needed, PYTHONPATH.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let mut variables = vec![("PYTHON", self.interpreter.clone())];
        variables.extend(self.packages.clone().map(|path| ("PYTHONPATH", path)));
        variables
    }
}

/// The packages of a requirements file, in `target/python/<name>`: in a virtual environment, or where
/// this Python can make none, in a plain folder.
pub fn python(name: &str, requirements: &Path, why: &str) -> Result<Python> {
    let Some(system) = ["python3", "python"]
        .into_iter()
        .find(|python| ask(python, &["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]).is_some())
    else {
        bail!(
            "Python 3.10 or newer is not here ({why}): `apt-get install python3 python3-venv` or `brew install python`"
        );
    };
    let alone = alone(&format!("python-{name}"))?;
    let wanted =
        std::fs::read(requirements).with_context(|| format!("{} cannot be read", requirements.display()))?;
    let folder = shell::target_dir().join("python").join(name);
    let stamp = folder.join("installed.txt");
    let (venv, plain) = (folder.join("venv"), folder.join("packages"));
    let inside = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let made = |venv_made: bool| {
        if venv_made {
            Python { interpreter: inside.clone(), packages: None }
        } else {
            Python { interpreter: system.into(), packages: Some(plain.clone()) }
        }
    };
    // A virtual environment dies with the Python it was made by, so it is asked.
    let works = ask(&inside, &["--version"]).is_some();
    if std::fs::read(&stamp).is_ok_and(|had| had == wanted) && (works || plain.is_dir()) {
        return Ok(made(works));
    }

    say(format!("installing Python packages for {name}: {why}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let place = venv.to_string_lossy().into_owned();
    // Debian's python3 comes without ensurepip unless python3-venv is installed; virtualenv needs neither.
    let virtual_environment = ask(system, &["-m", "venv", &place]).is_some()
        || ask(system, &["-m", "virtualenv", "--quiet", &place]).is_some();
    if !virtual_environment && venv.exists() {
        std::fs::remove_dir_all(&venv)?;
    }
    let mut install = Command::new(if virtual_environment { inside.as_os_str() } else { OsStr::new(system) });
    install.current_dir(shell::root()).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    if !virtual_environment {
        if ask(system, &["-m", "pip", "--version"]).is_none() {
            apt(&["python3-venv"], "this Python can neither make virtual environments nor install packages")?;
            drop(alone);
            return python(name, requirements, why);
        }
        install.arg("--target").arg(&plain);
    }
    shell::run(install.arg("-r").arg(requirements)).with_context(|| {
        format!("the Python packages of {} could not be installed", requirements.display())
    })?;
    std::fs::write(&stamp, wanted)?;
    Ok(made(virtual_environment))
}

/// A Chromium and the driver that belongs to it.
pub struct Chromium {
    /// The browser's program.
    pub browser: PathBuf,
    /// chromedriver of the same version.
    pub driver: PathBuf,
}

impl Chromium {
    /// What the browser tests read.
    pub fn environment(&self) -> [(&'static str, &Path); 2] {
        [("CHROMIUM", &self.browser), ("CHROMEDRIVER", &self.driver)]
    }
}

/// Chromium with its driver: CHROMIUM and CHROMEDRIVER if set, else what PATH has, else Debian's packages.
pub fn chromium(why: &str) -> Result<Chromium> {
    let find = || {
        let browser =
            pick("CHROMIUM", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?;
        let driver = pick("CHROMEDRIVER", &["chromedriver"])?;
        Some(Chromium { browser, driver })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    apt(&["chromium", "chromium-driver"], why)?;
    find().context("apt-get installed chromium and chromium-driver, and still one of them is not on PATH")
}

/// Firefox, which needs no driver: FIREFOX if set, else what PATH has, else Debian's package. Answers what the browser
/// tests read.
pub fn firefox(why: &str) -> Result<[(&'static str, PathBuf); 1]> {
    let find = || Some([("FIREFOX", pick("FIREFOX", &["firefox", "firefox-esr"])?)]);
    if let Some(found) = find() {
        return Ok(found);
    }
    apt(&["firefox-esr"], why)?;
    find().context("apt-get installed firefox-esr, and still it is not on PATH")
}

/// WebKitGTK's driver, which brings a browser, and a display nobody sees, as that browser has no headless mode:
/// WEBKITDRIVER and XVFB if set, else what PATH has, else Debian's packages. Answers what the browser tests read.
pub fn webkit(why: &str) -> Result<[(&'static str, PathBuf); 2]> {
    let find = || {
        let driver = pick("WEBKITDRIVER", &["WebKitWebDriver"])?;
        Some([("WEBKITDRIVER", driver), ("XVFB", pick("XVFB", &["Xvfb"])?)])
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    apt(&["webkit2gtk-driver", "xvfb"], why)?;
    find().context("apt-get installed webkit2gtk-driver and xvfb, and still one of them is not on PATH")
}

/// The program that the variable names, or the first of `names` on PATH, with its whole path:
/// chromedriver does not search for its browser.
fn pick(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(given) = std::env::var_os(variable) {
        return Some(given.into());
    }
    let path = std::env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .map(|program| program.with_extension(std::env::consts::EXE_EXTENSION))
        .find(|program| program.is_file())
}

/// Debian packages: installs them as root, else names the command.
pub fn apt(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    let command = format!("apt-get update && apt-get install -y --no-install-recommends {list}");
    if ask("apt-get", &["--version"]).is_none() {
        bail!(
            "{list} missing ({why}), and this system has no apt-get: install them with its own package manager"
        );
    }
    if ask("id", &["-u"]).as_deref() != Some("0") {
        bail!("{list} missing ({why}); as root: {command}");
    }
    let _alone = alone("apt")?;
    say(format!("installing Debian's {list}: {why}"));
    let quiet = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        command
    };
    shell::run(&mut quiet(&["update"]))
        .with_context(|| format!("no package list; once there is a network: {command}"))?;
    shell::run(quiet(&["install", "-y", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("{list} could not be installed; by hand: {command}"))
}

/// The npm package as npm would deliver it, in node_modules of the root, where the page and every test
/// find it under its own name. Packed anew each time: it takes a second, and what is not among the
/// packed files is missing here as it would be for a user.
pub fn packed_package() -> Result<PathBuf> {
    let root = shell::root();
    let folder = shell::target_dir().join("package");
    std::fs::create_dir_all(&folder)?;
    let mut pack = shell::program("npm");
    pack.args(["pack", "--silent", "--ignore-scripts", "--json", "--pack-destination"]).arg(&folder);
    let told = shell::output(pack.current_dir(root.join("bindings")))?;
    let told: serde_json::Value = serde_json::from_slice(&told).context("npm pack did not answer JSON")?;
    // An array in npm up to 11, an object by package name from 12 on.
    let name = told.pointer("/0/filename").or_else(|| told.pointer("/outcrop/filename"));
    let tarball = folder.join(name.and_then(|name| name.as_str()).context("npm pack named no file")?);

    let place = root.join("node_modules").join("outcrop");
    if place.exists() {
        std::fs::remove_dir_all(&place)?;
    }
    std::fs::create_dir_all(&place)?;
    // tar is part of Linux, macOS and Windows 10.
    shell::run(
        Command::new("tar").arg("-xzf").arg(&tarball).arg("-C").arg(&place).arg("--strip-components=1"),
    )?;
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::npm_ci;

    /// What npm says without a network goes to the terminal; ours is what to do about it.
    #[test]
    fn without_a_network_npm_ci_says_what_to_do_later() {
        let folder = std::env::temp_dir().join(format!("outcrop-offline-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // Port 9 is discard's, where nobody listens.
        std::fs::write(folder.join(".npmrc"), "registry=http://127.0.0.1:9/\nfetch-retries=0\ncache=cache\n")
            .unwrap();
        std::fs::write(
            folder.join("package.json"),
            r#"{"name":"x","version":"1.0.0","dependencies":{"left-pad":"1.3.0"}}"#,
        )
        .unwrap();
        std::fs::write(
            folder.join("package-lock.json"),
            r#"{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{
                "":{"name":"x","version":"1.0.0","dependencies":{"left-pad":"1.3.0"}},
                "node_modules/left-pad":{"version":"1.3.0","resolved":"http://127.0.0.1:9/left-pad-1.3.0.tgz"}}}"#,
        )
        .unwrap();
        let told = npm_ci(&folder, "a test wants them").unwrap_err();
        let there = folder.join("node_modules/.outcrop-lock.json").exists();
        std::fs::remove_dir_all(&folder).unwrap();
        let told = format!("{told:#}");
        assert!(told.contains("were not fetched; once there is a network, `npm ci` there does it"), "{told}");
        assert!(!there, "what failed was taken for done");
    }
}
