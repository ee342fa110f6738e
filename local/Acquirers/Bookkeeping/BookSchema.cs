using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

static class BookSchema
{
    // Times are UTC ticks. A card number has no column, and no answer contains one.
    public static readonly Schema Tables = new(
        "acquirers",
        """
        CREATE TABLE payments (
            acquirer TEXT NOT NULL,
            psp TEXT NOT NULL,
            reference TEXT NOT NULL,
            currency TEXT NOT NULL,
            requested INTEGER NOT NULL,
            authorised INTEGER NOT NULL,
            standing TEXT NOT NULL,
            refusal_code INTEGER,
            auth_code TEXT,
            bin TEXT NOT NULL,
            last4 TEXT NOT NULL,
            brand TEXT NOT NULL,
            return_url TEXT,
            capture_delay_hours INTEGER,
            cancelled INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (acquirer, psp));
        CREATE INDEX payments_by_reference ON payments (acquirer, reference);

        CREATE TABLE modifications (
            ordinal INTEGER PRIMARY KEY,
            acquirer TEXT NOT NULL,
            psp TEXT NOT NULL,
            payment_psp TEXT NOT NULL,
            kind TEXT NOT NULL,
            reference TEXT,
            amount INTEGER NOT NULL,
            booked_at INTEGER NOT NULL,
            batch INTEGER,
            left_out INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX modifications_by_payment ON modifications (acquirer, payment_psp);
        CREATE INDEX modifications_unsettled ON modifications (acquirer, ordinal)
            WHERE batch IS NULL AND kind <> 'Cancel';
        CREATE INDEX modifications_left_out ON modifications (acquirer, ordinal) WHERE left_out = 1;

        CREATE TABLE answers (
            acquirer TEXT NOT NULL,
            account TEXT NOT NULL,
            path TEXT NOT NULL,
            repeat_key TEXT NOT NULL,
            status INTEGER,
            body TEXT,
            kept_at INTEGER NOT NULL,
            PRIMARY KEY (acquirer, account, path, repeat_key));
        CREATE INDEX answers_by_age ON answers (kept_at);

        CREATE TABLE batches (
            acquirer TEXT NOT NULL,
            number INTEGER NOT NULL,
            closed_at INTEGER NOT NULL,
            file_name TEXT NOT NULL,
            content TEXT NOT NULL,
            lines INTEGER NOT NULL,
            discrepancies TEXT NOT NULL,
            delivered INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (acquirer, number));

        CREATE TABLE carried (
            acquirer TEXT NOT NULL,
            from_batch INTEGER NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            to_batch INTEGER,
            PRIMARY KEY (acquirer, from_batch, currency))
        """,
        """
        CREATE TABLE authentications (
            acquirer TEXT NOT NULL,
            psp TEXT NOT NULL,
            refusal_code INTEGER,
            at_details TEXT NOT NULL,
            proof TEXT,
            token TEXT,
            answered_at INTEGER,
            is_decided INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (acquirer, psp));
        CREATE UNIQUE INDEX authentications_by_token ON authentications (acquirer, token);
        CREATE INDEX authentications_undecided ON authentications (acquirer, answered_at)
            WHERE answered_at IS NOT NULL AND is_decided = 0
        """,
        """
        CREATE TABLE notifications (
            id INTEGER PRIMARY KEY,
            acquirer TEXT NOT NULL,
            payment_psp TEXT NOT NULL,
            reference TEXT NOT NULL,
            notice TEXT NOT NULL,
            spoilt INTEGER NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER,
            taken_at INTEGER,
            problem TEXT,
            created_at INTEGER NOT NULL);
        CREATE INDEX notifications_due ON notifications (acquirer, due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX notifications_by_reference ON notifications (acquirer, reference);
        CREATE INDEX notifications_by_age ON notifications (acquirer, created_at);

        CREATE TABLE cancels (
            id INTEGER PRIMARY KEY,
            acquirer TEXT NOT NULL,
            psp TEXT NOT NULL,
            payment_reference TEXT NOT NULL,
            reference TEXT,
            ends_at INTEGER NOT NULL);
        CREATE INDEX cancels_by_reference ON cancels (acquirer, payment_reference);
        CREATE INDEX cancels_by_end ON cancels (acquirer, ends_at)
        """,
        """
        ALTER TABLE answers ADD COLUMN fingerprint TEXT;

        CREATE TABLE intents (
            acquirer TEXT NOT NULL,
            id TEXT NOT NULL,
            reference TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            metadata TEXT NOT NULL,
            captures_by_hand INTEGER NOT NULL,
            captures_in_parts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            charge TEXT,
            is_closed INTEGER NOT NULL DEFAULT 0,
            is_cancelled INTEGER NOT NULL DEFAULT 0,
            is_mute INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (acquirer, id));
        CREATE INDEX intents_by_charge ON intents (acquirer, charge);
        CREATE INDEX modifications_by_psp ON modifications (acquirer, psp)
        """,
        """
        CREATE TABLE paid_out (
            ordinal INTEGER PRIMARY KEY,
            acquirer TEXT NOT NULL,
            batch INTEGER NOT NULL,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            reference TEXT NOT NULL,
            paid_at INTEGER NOT NULL,
            statement INTEGER);
        CREATE INDEX paid_out_unshown ON paid_out (ordinal) WHERE statement IS NULL;

        CREATE TABLE bank_statements (
            number INTEGER PRIMARY KEY,
            file_name TEXT NOT NULL,
            content TEXT NOT NULL,
            entries INTEGER NOT NULL,
            delivered INTEGER NOT NULL DEFAULT 0);

        CREATE TABLE bank_balances (
            currency TEXT PRIMARY KEY,
            amount INTEGER NOT NULL,
            statements INTEGER NOT NULL)
        """,
        """
        CREATE TABLE payment_files (name TEXT PRIMARY KEY);

        CREATE TABLE ordered (
            ordinal INTEGER PRIMARY KEY,
            end_to_end_id TEXT NOT NULL UNIQUE,
            currency TEXT NOT NULL,
            amount INTEGER NOT NULL,
            payee TEXT NOT NULL,
            statement INTEGER,
            returned INTEGER);
        CREATE INDEX ordered_unshown ON ordered (ordinal) WHERE statement IS NULL
        """);
}
