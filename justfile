# The commands of everyday work; `just` alone lists them.
_list:
    @just --list --unsorted

# The whole product in one process, with a stand-in for Discord and a mailbox
run:
    cargo run --release --locked -- demo

# Every test; arguments go to cargo test
test *arguments:
    tests/run {{ arguments }}

# Kill the program hundreds of times, take its database and mail server away, and compare the books; see --help
chaos *arguments:
    cargo test --release --locked --package muster --test chaos -- --long {{ arguments }}

# What has to hold before a change is taken
ci:
    .ci/run

# Send the API what its document allows and what it does not, so many examples an operation and role
fuzz-api examples="300":
    MUSTER_FUZZ={{ examples }} tests/run --package muster --test it fuzz -- --nocapture

# Feed the readers of tokens, addresses, cookies, buttons, files, cursors and rules so many inputs each; what breaks one is
# kept in proptest-regressions and tried first from then on
fuzz-parsers cases="100000":
    PROPTEST_CASES={{ cases }} tests/run --package muster-core --package muster --lib --test it -- panic pars bytes any_text mutated formula whatever

# Measure the engine and the mail, and write docs/benchmarks.md; `--quick` only shows that it runs
bench *arguments:
    cargo bench -p muster-jobs --locked -- {{ arguments }}

# Measure the pages, the API and completing, and write docs/benchmarks-doors.md
bench-doors *arguments:
    cargo bench -p muster --bench doors --locked -- {{ arguments }}

# Format the code
fmt:
    cargo fmt --all

# Every lint, as CI runs it
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# The documentation of the crates
doc:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --locked

# The pictures in docs/pages, taken by the test that looks at every page
screenshots:
    MUSTER_SCREENSHOTS="$PWD/docs/pages" tests/run -p muster --test it pages::
