// What is tried first everywhere, folded; digits and signs at either end are cut off before a password is looked up here.
const words = `password passwort motdepasse passord contraseña senha parola wachtwoord lozinka heslo jelszo
admin administrator administrateur root superuser sysadmin welcome welcomeback letmein letmeinnow changeme changemenow
changeit secret topsecret supersecret mysecret default defaultpassword temporary temppassword temp123password
qwerty qwertyuiop qwertyuiopasdfghjkl qwertzuiop azertyuiop asdfghjkl asdfghjklzxcvbnm zxcvbnm qazwsxedc
qazwsxedcrfv 1qaz2wsx3edc 1q2w3e4r5t6y 1q2w3e4r5t 1qazxsw2 q1w2e3r4t5y6 qwerty123456 qwe123asd456 asdf1234asdf
passwordpassword passw0rd p@ssw0rd p@ssword pa$$word pa55word password123admin adminadmin adminpassword
rootroot rootpassword user username userpassword test testtest testing testpassword guest guestguest demo demodemo
iloveyou iloveyouforever ilovemyself iloveyousomuch loveyou lovelove sunshine princess dragon monkey football baseball
basketball superman batman starwars pokemon michael jennifer jordan liverpool chelsea arsenal manchesterunited
master mastermaster shadow trustno1 whatever freedom computer internet samsung google facebook microsoft windows
abc abcabc abcdef abc123abc123 aaaaaa qqqqqq correcthorsebatterystaple thisismypassword mypassword yourpassword
nopassword newpassword oldpassword enterpassword passwordone passphrase summer winter spring autumn january february
march april june july august september october november december monday tuesday wednesday thursday friday saturday
sunday company companyname rollcall rollcallrollcall identity directory provisioning login loginlogin signin
dubsmash zaq12wsx zaq1zaq1 gfhjkm parol password! passwords password1password1 hello helloworld hellohello goodbye
비밀번호 사랑해 관리자 パスワード ひみつ あいしてる motdepasse123 bonjour bonjourbonjour soleil doudou azerty
loulou chouchou jetaime jetaimeplus`

/** A few, bundled: a list of breaches knows millions more. */
export const worstPasswords: ReadonlySet<string> = new Set(words.split(/\s+/))
