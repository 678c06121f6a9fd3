//! Super-admins: the people whom the operator names, by their verified addresses, to manage any team.
//!
//! The list is in the database, so that it is read in the transaction of each request and every process follows the same
//! one. The setting is the truth: each start of the program writes it down anew.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::ids::AccountId;
use crate::text::EmailAddress;
use crate::tx::{Tx, sql};

/// Makes these the super-admins, and nobody else.
pub async fn appoint(tx: &mut Tx, addresses: &[EmailAddress]) -> Result<(), Error> {
    tx.hold("super-admins").await?;
    sql!(execute tx, "delete from super_admins")?;
    let keys: BTreeSet<String> = addresses.iter().map(EmailAddress::key).collect();
    for key in keys {
        sql!(execute tx, "insert into super_admins (email_key) values ($1)", &key)?;
    }
    Ok(())
}

/// Whether an account's verified address is one of a super-admin.
pub async fn is_super_admin(tx: &mut Tx, account: AccountId) -> Result<bool, Error> {
    let found = sql!(value i64, tx,
        "select count(*) from accounts a join super_admins s on s.email_key = a.email_key where a.id = $1", account)?;
    Ok(found > 0)
}
