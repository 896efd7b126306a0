use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, Salt, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// Compared with where there is no such user, so that the time does not tell.
const NOBODY: &str =
    "$argon2id$v=19$m=7168,t=5,p=1$b3N0bGVyIG5vYm9keSE$VdvP0Hn1c2WmZp8fYl6H7mX1u4b3oO2nq5s9w0e8r7A";

/// Argon2id with one of the costs that OWASP's password storage cheat sheet names as equal: the one that takes least
/// memory, 7 MiB.
const MEMORY_KIB: u32 = 7_168;
const ROUNDS: u32 = 5;

/// Whether `password` is the one of this hash; None: of nobody.
pub fn matches(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    right && hash.is_some()
}

/// The hash for `[admin.user.NAME] password`. None: the password cannot be hashed (it is longer than 4 GiB).
pub fn hash(password: &str, salt: &[u8; Salt::RECOMMENDED_LENGTH]) -> Option<String> {
    let salt = SaltString::encode_b64(salt).ok()?;
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, None).ok()?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Some(hasher.hash_password(password.as_bytes(), &salt).ok()?.to_string())
}
