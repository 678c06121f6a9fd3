### Files that somebody takes away.

export-members-title = { $count ->
    [one] 1 member in a file
   *[other] { $count } members in a file
 }
export-members-text = Everybody who is or was in the team, whatever their status. The log says that you took it away.
export-members-cut = These are the first; the file would be too large for Discord with all of them. The log says that you took it away.
export-log-title = { $count ->
    [one] 1 log entry in a file
   *[other] { $count } log entries in a file
 }
export-log-text = The whole log, newest first; JSON has the number and the signature of each entry. The log says that you took it away.
export-log-cut = The newest entries: one file here has 100,000 at most, and no more than Discord takes; the page of the log gives out all of them. The log says that you took it away.
export-log-whole = The whole log on the web
