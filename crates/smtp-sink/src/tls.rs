//! Certificates, made afresh for each sink: a small authority and a server's certificate that it signed, good or with one
//! fault.

use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use tokio_native_tls::{TlsAcceptor, native_tls};

const DAY: Duration = Duration::from_hours(24);

/// The certificate that a sink shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certificate {
    /// For `localhost` and `127.0.0.1`, valid today.
    #[default]
    Good,
    /// Good but for the name: it belongs to `elsewhere.example`.
    OtherName,
    /// Good until yesterday.
    Expired,
}

/// What a sink needs to speak TLS, and its authority's certificate for clients to trust.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    pub(crate) fn new(kind: Certificate) -> Identity {
        Identity::try_new(kind).expect("OpenSSL makes keys and certificates")
    }

    fn try_new(kind: Certificate) -> Result<Identity, ErrorStack> {
        let (ca_key, key) = (new_key()?, new_key()?);
        let ca = authority(&ca_key)?;
        let certificate = server(kind, &key, &ca, &ca_key)?;
        let identity =
            native_tls::Identity::from_pkcs8(&certificate.to_pem()?, &key.private_key_to_pem_pkcs8()?)
                .expect("a key and its certificate");
        let acceptor = native_tls::TlsAcceptor::new(identity).expect("an acceptor for a good identity");
        Ok(Identity {
            acceptor: TlsAcceptor::from(acceptor),
            ca_pem: String::from_utf8_lossy(&ca.to_pem()?).into_owned(),
        })
    }
}

fn new_key() -> Result<PKey<Private>, ErrorStack> {
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&curve)?)
}

/// A certificate without extensions, valid between these times and issued by itself.
fn begin(name: &str, key: &PKey<Private>, from: i64, until: i64) -> Result<X509Builder, ErrorStack> {
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    // Two sinks must not give out the same number under the same name: OpenSSL would take one authority for the other.
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    let mut subject = X509NameBuilder::new()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(&subject)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::from_unix(from)?)?;
    builder.set_not_after(&*Asn1Time::from_unix(until)?)?;
    Ok(builder)
}

fn in_days(days: i64) -> i64 {
    chrono::Utc::now().timestamp() + days * DAY.as_secs().cast_signed()
}

fn authority(key: &PKey<Private>) -> Result<X509, ErrorStack> {
    let mut builder = begin("smtp-sink test authority", key, in_days(-30), in_days(30))?;
    builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
    builder.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn server(
    kind: Certificate,
    key: &PKey<Private>,
    ca: &X509,
    ca_key: &PKey<Private>,
) -> Result<X509, ErrorStack> {
    let until = match kind {
        Certificate::Good | Certificate::OtherName => in_days(1),
        Certificate::Expired => in_days(-1),
    };
    let mut builder = begin("smtp-sink", key, in_days(-2), until)?;
    builder.set_issuer_name(ca.subject_name())?;
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    let mut names = SubjectAlternativeName::new();
    match kind {
        Certificate::Good | Certificate::Expired => names.dns("localhost").ip("127.0.0.1"),
        Certificate::OtherName => names.dns("elsewhere.example"),
    };
    let names = names.build(&builder.x509v3_context(Some(ca), None))?;
    builder.append_extension(names)?;
    builder.sign(ca_key, MessageDigest::sha256())?;
    Ok(builder.build())
}
