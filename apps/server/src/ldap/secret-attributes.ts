/** Passwords, their hashes and keys that are as good: of OpenLDAP and its overlays, Samba, Kerberos, FreeIPA, Active Directory. */
const secret: ReadonlySet<string> = new Set(
  [
    'password',
    'userPassword',
    'userPKCS12',
    'authPassword',
    'pwdHistory',
    'unicodePwd',
    'dBCSPwd',
    'ntPwdHistory',
    'lmPwdHistory',
    'supplementalCredentials',
    'sambaNTPassword',
    'sambaLMPassword',
    'sambaPasswordHistory',
    'krbPrincipalKey',
    'krbPwdHistory',
    'krbExtraData',
    'ipaNTHash',
    'ipatokenOTPkey',
    'oathSecret',
    'nsDS5ReplicaCredentials',
    'passwordHistory',
    'ms-Mcs-AdmPwd',
    'msLAPS-Password',
    'msLAPS-EncryptedPassword',
    'msLAPS-EncryptedPasswordHistory',
    'msDS-ManagedPassword',
    'msFVE-RecoveryPassword',
  ].map((name) => name.toLowerCase()),
)

/** Whether nobody may see what stands there. Options (`userPassword;lang-de`) make it no other attribute. */
export function isSecretAttribute(description: string): boolean {
  return secret.has(description.split(';', 1)[0]?.toLowerCase() ?? '')
}

/** In the place of what stands there. */
export const hidden = '***'
