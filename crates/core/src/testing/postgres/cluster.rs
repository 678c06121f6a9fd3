//! A throwaway PostgreSQL cluster that lives as long as this process, however the process ends.
//!
//! A small shell script makes the cluster, says `ready`, and then reads its standard input, which is a pipe held by this
//! process. When the process is gone, killed or not, the kernel closes the pipe, the script stops the server and removes
//! the folder. Nothing else would survive a `kill -9`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

const USER: &str = "muster_test";
const ADVICE: &str = "The tests start a PostgreSQL of their own and found none: run `apt-get install postgresql`, or set \
                      TEST_DATABASE_URL to a server on which databases may be created.";

/// Memory holds the cluster when there is room for it: `fsync` stays on, as the program demands, and costs nothing there.
/// Benchmarks, which must pay for it, name a folder on a disk in TEST_POSTGRES_FOLDER.
/// A folder of the user that runs the server, so that no other needs to be trusted.
const SCRIPT: &str = r#"
umask 077
memory=/dev/shm
room=$(df -Pk "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -n "$FOLDER" ]; then parent=$FOLDER
elif [ -w "$memory" ] && [ "${room:-0}" -ge 1048576 ]; then parent=$memory
else parent=/tmp; fi
dir=$(mktemp -d "$parent/muster-postgres.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
printf '%s' "$PASSWORD" > "$dir/password"
unset PASSWORD

start() {
    "$BIN/pg_ctl" start --pgdata="$dir/data" --log="$dir/log" --wait --timeout=120 --silent --options="\
        -c listen_addresses=127.0.0.1 -c port=$PORT -c unix_socket_directories='' \
        -c max_connections=400 -c shared_buffers=128MB -c max_wal_size=256MB \
        -c fsync=on -c synchronous_commit=on" >> "$dir/log" 2>&1
}
# Not SCRAM, whose thousands of rounds each connection would pay for: nobody keeps this password.
"$BIN/initdb" --pgdata="$dir/data" --username="$NAME" --pwfile="$dir/password" --auth=md5 \
    --encoding=UTF8 --locale=C --no-sync > "$dir/log" 2>&1 &&
start ||
{ cat "$dir/log"; exit 1; }

echo ready
# Who gave an order may be gone before it is answered; the folder is removed all the same.
trap '' PIPE
exec 2> /dev/null
while read -r order; do
    case $order in
        crash) "$BIN/pg_ctl" stop --pgdata="$dir/data" --mode=immediate --wait >> "$dir/log" 2>&1 ;;
        start) start ;;
    esac && echo ready || { cat "$dir/log"; break; }
done
exec > /dev/null
"$BIN/pg_ctl" stop --pgdata="$dir/data" --mode=fast --wait
"#;

/// A running cluster, for as long as this value is there: its end of the pipe is what keeps the server alive.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    lifeline: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Cluster {
    /// Where its databases are made.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server as if it had lost its power: no connection is closed in order, nothing is written out.
    pub fn crash(&mut self) -> Result<(), String> {
        self.order("crash\n")
    }

    /// Starts the server again, on the same port and files; it recovers by its log.
    pub fn start_again(&mut self) -> Result<(), String> {
        self.order("start\n")
    }

    fn order(&mut self, order: &str) -> Result<(), String> {
        let mut said = String::new();
        let answered = self
            .lifeline
            .write_all(order.as_bytes())
            .and_then(|()| self.said.read_line(&mut said));
        match answered {
            Ok(_) if said == "ready\n" => Ok(()),
            Ok(_) => {
                let rest = self.said.read_to_string(&mut said);
                Err(format!("PostgreSQL did not {}: {said} {rest:?}", order.trim()))
            }
            Err(error) => Err(format!("PostgreSQL's script has ended: {error}")),
        }
    }

    /// Starts one, or says in a sentence what is missing. Takes a second or two.
    pub fn start() -> Result<Cluster, String> {
        let programs = programs().ok_or(ADVICE)?;
        let mut said = String::new();
        // Between finding a free port and using it somebody else may take it.
        for _ in 0..3 {
            match Cluster::start_once(&programs) {
                Ok(cluster) => return Ok(cluster),
                Err(error) => said = error,
            }
            if !said.contains("could not bind") {
                break;
            }
        }
        Err(format!(
            "The tests could not start a PostgreSQL of their own from {}:\n{said}",
            programs.display()
        ))
    }

    fn start_once(programs: &Path) -> Result<Cluster, String> {
        let port = free_port().map_err(|error| format!("no free port on 127.0.0.1: {error}"))?;
        let password = password();
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT])
            // The caller's PG* variables would reach initdb and the server; its language, their messages.
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .env("BIN", programs)
            .env("NAME", USER)
            .env("PASSWORD", &password)
            .env("PORT", port.to_string())
            .env(
                "FOLDER",
                std::env::var_os("TEST_POSTGRES_FOLDER").unwrap_or_default(),
            )
            // The server's user may not be able to enter ours.
            .current_dir("/")
            // A Ctrl-C in the terminal is for the tests; the script sees their end and still has to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if is_root() {
            let (uid, gid) = unprivileged_user()?;
            command.uid(uid).gid(gid);
        }
        let mut script = command
            .spawn()
            .map_err(|error| format!("could not run /bin/sh: {error}"))?;
        let (Some(lifeline), Some(output)) = (script.stdin.take(), script.stdout.take()) else {
            return Err("the pipes to /bin/sh are missing".to_owned());
        };
        let mut output = BufReader::new(output);
        let mut said = String::new();
        let heard = output.read_line(&mut said);
        if said == "ready\n" {
            return Ok(Cluster {
                url: format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres"),
                lifeline,
                said: output,
            });
        }
        let rest = heard.and_then(|_| output.read_to_string(&mut said));
        let ended = script.wait();
        match (rest, ended) {
            (Ok(_), Ok(_)) => Err(said),
            (Err(error), _) | (_, Err(error)) => Err(format!("{said}\n{error}")),
        }
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[expect(
    clippy::disallowed_methods,
    reason = "other people on this machine must not guess it, and no test depends on it"
)]
fn password() -> String {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    format!("{:032x}", u128::from_ne_bytes(random))
}

/// The folder with initdb and pg_ctl: the one PATH leads to, else the newest that Debian's packages installed.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        // A link in PATH leads to one program; the others lie beside what it points to.
        .filter_map(|folder| {
            folder
                .join("initdb")
                .canonicalize()
                .ok()?
                .parent()
                .map(Path::to_owned)
        })
        .chain(packaged())
        .find(|folder| {
            ["initdb", "pg_ctl", "postgres"]
                .iter()
                .all(|program| folder.join(program).is_file())
        })
}

fn packaged() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// PostgreSQL refuses to run as root. On a system without /proc this answers no, and initdb then says so itself.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The user the package made for PostgreSQL, else the one that owns nothing.
fn unprivileged_user() -> Result<(u32, u32), String> {
    let users = std::fs::read_to_string("/etc/passwd")
        .map_err(|error| format!("could not read /etc/passwd: {error}"))?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user_ids(&users, name))
        .ok_or_else(|| {
            "PostgreSQL refuses to run as root, and /etc/passwd has no user `postgres` or `nobody`".to_owned()
        })
}

fn user_ids(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        Some((uid, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{Connection as _, PgConnection};

    use super::*;

    /// Not a test of its own: the process that the next test kills.
    #[test]
    #[ignore = "started by a_killed_process_takes_its_cluster_along"]
    fn hold_a_cluster_until_killed() {
        let cluster = Cluster::start().unwrap();
        println!("url={}", cluster.url());
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }

    #[tokio::test]
    async fn a_killed_process_takes_its_cluster_along() {
        let mut holder = Command::new(std::env::current_exe().unwrap())
            .args([
                "testing::postgres::cluster::tests::hold_a_cluster_until_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
        let url = lines
            .find_map(|line| Some(line.unwrap().split_once("url=")?.1.to_owned()))
            .unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let folder: String = sqlx::query_scalar("show data_directory")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert!(Path::new(&folder).parent().unwrap().exists());

        holder.kill().unwrap();
        holder.wait().unwrap();

        let gone = tokio::time::timeout(Duration::from_secs(20), async {
            while Path::new(&folder).parent().unwrap().exists() {
                // Nothing tells of another process's folder going away.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        gone.await.expect("the script removes the folder");
        assert!(PgConnection::connect(&url).await.is_err());
    }

    #[test]
    fn ids_come_from_the_line_of_that_user() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\npostgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(user_ids(passwd, "postgres"), Some((101, 104)));
        assert_eq!(user_ids(passwd, "post"), None);
        assert_eq!(user_ids(passwd, "broken"), None);
    }
}
