//! The tables, in both dialects, and how a ledger of an older version is brought up to date.
//!
//! Every table has the municipality in its primary key. In the clear stand what rows are found by (the internal number,
//! keyed hashes, identifiers of certificates and applications), what jobs go by (dates, in days or seconds since
//! 1970), and what was never personal. `sealed` and `wrapped_key` are a [`Sealed`](crate::vault::Sealed), for the
//! period of `retain_until`.

/// The version of the tables that this software writes.
pub(super) const VERSION: i64 = 1;

/// The statements of a table that concern every column of it.
macro_rules! table {
    ($name:literal ($columns:literal, $values:literal) $definition:literal, indexes: $indexes:expr, append_only: $append_only:literal, clustered: $clustered:literal) => {
        Table {
            name: $name,
            columns: $columns,
            definition: $definition,
            indexes: $indexes,
            append_only: $append_only,
            clustered: $clustered,
            select: concat!("SELECT ", $columns, " FROM ", $name, " WHERE municipality = ?1"),
            insert: concat!("INSERT INTO ", $name, " (", $columns, ") VALUES (", $values, ")"),
            any: concat!("SELECT municipality FROM ", $name, " WHERE municipality = ?1 LIMIT 1"),
        }
    };
}

/// The tables in the order of the backup, with their columns; `INTEGER`, `TEXT` and `BYTES` become the dialect's types.
pub(crate) const TABLES: &[Table] = &[
    table!(
        "period_key" ("municipality, period, wrapped", "?1, ?2, ?3")
        "municipality TEXT NOT NULL, period INTEGER NOT NULL, wrapped BYTES NOT NULL, \
                     PRIMARY KEY (municipality, period)",
        indexes: &[], append_only: false, clustered: true
    ),
    table!(
        "resident" ("municipality, internal_number, number_hash, voucher_hash, retain_until, wrapped_key, sealed", "?1, ?2, ?3, ?4, ?5, ?6, ?7")
        "municipality TEXT NOT NULL, internal_number TEXT NOT NULL, number_hash BYTES, \
                     voucher_hash BYTES NOT NULL, retain_until INTEGER NOT NULL, wrapped_key BYTES NOT NULL, \
                     sealed BYTES NOT NULL, PRIMARY KEY (municipality, internal_number)",
        indexes: &["number_hash", "voucher_hash"], append_only: false, clustered: false
    ),
    table!(
        "vaccination" ("municipality, entry_hash, voucher_hash, retain_until, wrapped_key, sealed", "?1, ?2, ?3, ?4, ?5, ?6")
        "municipality TEXT NOT NULL, entry_hash BYTES NOT NULL, voucher_hash BYTES NOT NULL, \
                     retain_until INTEGER NOT NULL, wrapped_key BYTES NOT NULL, sealed BYTES NOT NULL, \
                     PRIMARY KEY (municipality, entry_hash)",
        indexes: &["voucher_hash"], append_only: false, clustered: false
    ),
    table!(
        "issue" ("municipality, certificate_id, internal_number, issued_at, expires_at, facts, retain_until, \
                  wrapped_key, sealed", "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9")
        "municipality TEXT NOT NULL, certificate_id TEXT NOT NULL, internal_number TEXT, \
                     issued_at INTEGER NOT NULL, expires_at INTEGER, facts BYTES NOT NULL, \
                     retain_until INTEGER NOT NULL, wrapped_key BYTES, sealed BYTES, PRIMARY KEY (certificate_id)",
        indexes: &["internal_number"], append_only: false, clustered: false
    ),
    table!(
        "revocation" ("municipality, certificate_id, reason, revoked_at, expires_at, texts", "?1, ?2, ?3, ?4, ?5, ?6")
        "municipality TEXT NOT NULL, certificate_id TEXT NOT NULL, reason TEXT NOT NULL, \
                     revoked_at INTEGER NOT NULL, expires_at INTEGER, texts BYTES NOT NULL, \
                     PRIMARY KEY (municipality, certificate_id)",
        indexes: &[], append_only: false, clustered: false
    ),
    table!(
        "application" ("municipality, application_id, channel, state, entered_by, internal_number, received_at, \
                  retain_until, wrapped_key, sealed", "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10")
        "municipality TEXT NOT NULL, application_id TEXT NOT NULL, channel TEXT NOT NULL, \
                     state TEXT NOT NULL, entered_by TEXT, internal_number TEXT, received_at INTEGER NOT NULL, \
                     retain_until INTEGER NOT NULL, wrapped_key BYTES NOT NULL, sealed BYTES NOT NULL, \
                     PRIMARY KEY (municipality, application_id)",
        indexes: &[], append_only: false, clustered: false
    ),
    table!(
        "challenge" ("municipality, challenge, client_session, channel, expires_at, taken_by", "?1, ?2, ?3, ?4, ?5, ?6")
        "municipality TEXT NOT NULL, challenge BYTES NOT NULL, client_session TEXT NOT NULL, \
                     channel TEXT NOT NULL, expires_at INTEGER NOT NULL, taken_by BYTES, \
                     PRIMARY KEY (municipality, challenge)",
        indexes: &["expires_at"], append_only: false, clustered: true
    ),
    table!(
        "idempotency" ("municipality, client, request_key, body_hash, internal_number, expires_at, retain_until, \
                  wrapped_key, sealed", "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9")
        "municipality TEXT NOT NULL, client TEXT NOT NULL, request_key TEXT NOT NULL, \
                     body_hash BYTES NOT NULL, internal_number TEXT, expires_at INTEGER NOT NULL, retain_until INTEGER NOT NULL, \
                     wrapped_key BYTES NOT NULL, sealed BYTES NOT NULL, \
                     PRIMARY KEY (municipality, client, request_key)",
        indexes: &["expires_at"], append_only: false, clustered: false
    ),
    table!(
        "account" ("municipality, name, department, password_hash, password_initial, roles, created_at, revoked_at, mac", "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9")
        "municipality TEXT NOT NULL, name TEXT NOT NULL, department TEXT NOT NULL, \
                     password_hash TEXT NOT NULL, password_initial INTEGER NOT NULL, roles TEXT NOT NULL, \
                     created_at INTEGER NOT NULL, revoked_at INTEGER, mac BYTES NOT NULL, PRIMARY KEY (municipality, name)",
        indexes: &[], append_only: false, clustered: false
    ),
    table!(
        "staff_session" ("municipality, token_hash, account, terminal, begun_at, used_at, ends_at, mac", "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8")
        "municipality TEXT NOT NULL, token_hash BYTES NOT NULL, account TEXT NOT NULL, \
                     terminal TEXT NOT NULL, begun_at INTEGER NOT NULL, used_at INTEGER NOT NULL, \
                     ends_at INTEGER NOT NULL, mac BYTES NOT NULL, PRIMARY KEY (municipality, token_hash)",
        indexes: &[], append_only: false, clustered: false
    ),
    table!(
        "audit" ("municipality, sequence, entry, hash", "?1, ?2, ?3, ?4")
        "municipality TEXT NOT NULL, sequence INTEGER NOT NULL, entry BYTES NOT NULL, \
                     hash BYTES NOT NULL, PRIMARY KEY (municipality, sequence)",
        indexes: &[], append_only: true, clustered: true
    ),
    table!(
        "audit_head" ("municipality, sequence, signed", "?1, ?2, ?3")
        "municipality TEXT NOT NULL, sequence INTEGER NOT NULL, signed BYTES NOT NULL, \
                     PRIMARY KEY (municipality, sequence)",
        indexes: &[], append_only: true, clustered: false
    ),
    // The one row a municipality that writers take turns by, and where the audit log goes on.
    table!(
        "chain" ("municipality, sequence, hash", "?1, ?2, ?3")
        "municipality TEXT NOT NULL, sequence INTEGER NOT NULL, hash BYTES NOT NULL, \
                     PRIMARY KEY (municipality)",
        indexes: &[], append_only: false, clustered: true
    ),
];

/// One table.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Every column, in the order of a backup.
    pub(crate) columns: &'static str,
    definition: &'static str,
    /// Columns that rows of a municipality are looked up by beside the primary key.
    indexes: &'static [&'static str],
    /// Whether rows are added and never changed or deleted.
    pub(crate) append_only: bool,
    /// Whether SQLite keeps the rows in the index of their primary key, so that there is one page less to be written
    /// with a row: for small rows, of which every application writes some. Larger ones part their pages too often.
    clustered: bool,
    /// Reads every row of a municipality.
    pub(crate) select: &'static str,
    /// Puts a whole row in.
    pub(crate) insert: &'static str,
    /// Whether a municipality has a row.
    pub(crate) any: &'static str,
}

/// What makes a new SQLite ledger.
pub(super) fn sqlite() -> String {
    let mut sql = String::new();
    for table in TABLES {
        let definition = table.definition.replace("BYTES", "BLOB");
        let form = if table.clustered { "STRICT, WITHOUT ROWID" } else { "STRICT" };
        sql.push_str(&format!("CREATE TABLE {} ({definition}) {form};\n", table.name));
        sql.push_str(&indexes(table));
        if table.append_only {
            // A hurdle for accidents. Whoever changes the file itself is found by the chain.
            for event in ["UPDATE", "DELETE"] {
                let name = table.name;
                sql.push_str(&format!(
                    "CREATE TRIGGER {name}_no_{} BEFORE {event} ON {name} \
                     BEGIN SELECT RAISE(ABORT, 'append-only'); END;\n",
                    event.to_lowercase()
                ));
            }
        }
    }
    sql
}

/// What makes new tables in PostgreSQL: in the schema `tegata`, each with a policy that shows and takes the rows of the
/// transaction's municipality alone, its owner's included.
pub(super) fn postgres(role: &str) -> String {
    let mut sql = format!(
        "CREATE SCHEMA tegata; REVOKE ALL ON SCHEMA tegata FROM PUBLIC; GRANT USAGE ON SCHEMA tegata TO {role}; \
         SET LOCAL search_path TO tegata; CREATE TABLE version (version BIGINT NOT NULL); \
         INSERT INTO version VALUES ({VERSION}); GRANT SELECT ON version TO {role};\n"
    );
    for table in TABLES {
        let name = table.name;
        let definition = table.definition.replace("BYTES", "BYTEA").replace("INTEGER", "BIGINT");
        let rights = if table.append_only { "SELECT, INSERT" } else { "SELECT, INSERT, UPDATE, DELETE" };
        // Unset, the setting is null or empty, and no row is its.
        let own = "municipality = current_setting('tegata.municipality', true)";
        sql.push_str(&format!(
            "CREATE TABLE {name} ({definition});\n{}\
             ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; ALTER TABLE {name} FORCE ROW LEVEL SECURITY;\n\
             CREATE POLICY own_municipality ON {name} USING ({own}) WITH CHECK ({own});\n\
             GRANT {rights} ON {name} TO {role};\n",
            indexes(table)
        ));
    }
    sql
}

fn indexes(table: &Table) -> String {
    let index = |column: &&str| {
        let name = table.name;
        format!("CREATE INDEX {name}_{column} ON {name} (municipality, {column});\n")
    };
    table.indexes.iter().map(index).collect()
}
