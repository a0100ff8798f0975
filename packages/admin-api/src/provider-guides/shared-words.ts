import { words, type GuideEffect, type GuideWords } from './guide.ts'

/** Day on which all guides were compared with the providers' documentation. */
export const comparedOn = '2026-11-26'

export const titles = {
  createApp: words(
    'Create the application',
    '애플리케이션 만들기',
    'アプリケーションを作成する',
    'Créer l’application',
  ),
  connect: words(
    'Enter address and token, and test',
    '주소와 토큰을 입력하고 테스트하기',
    'アドレスとトークンを入力してテストする',
    'Saisir l’adresse et le jeton, puis tester',
  ),
  actions: words('Choose what is sent', '보낼 항목 선택하기', '送信する内容を選ぶ', 'Choisir ce qui est envoyé'),
  mapping: words('Check the mapping', '매핑 확인하기', 'マッピングを確認する', 'Vérifier le mappage'),
  assign: words(
    'Assign people and groups',
    '사용자와 그룹 할당하기',
    'ユーザーとグループを割り当てる',
    'Affecter les personnes et les groupes',
  ),
  start: words('Start', '시작하기', '開始する', 'Démarrer'),
  saml: words(
    'Enter the addresses of Rollcall',
    'Rollcall 주소 입력하기',
    'Rollcallのアドレスを入力する',
    'Saisir les adresses de Rollcall',
  ),
  claims: words(
    'Send name and mail address',
    '이름과 메일 주소 보내기',
    '名前とメールアドレスを送る',
    'Transmettre le nom et l’adresse e-mail',
  ),
  give: words(
    'Give Rollcall the metadata',
    'Rollcall에 메타데이터 등록하기',
    'メタデータをRollcallに登録する',
    'Transmettre les métadonnées à Rollcall',
  ),
  assignSignIn: words(
    'Choose who may sign in',
    '로그인할 수 있는 사람 선택하기',
    'サインインできる人を選ぶ',
    'Choisir qui peut se connecter',
  ),
} as const satisfies Readonly<Record<string, GuideWords>>

export const texts = {
  claims: words(
    'Add these attributes. The names count to the letter.',
    '다음 특성을 추가합니다. 이름은 글자 그대로 일치해야 합니다.',
    '次の属性を追加します。名前は一字一句このとおりにします。',
    'Ajoutez ces attributs. Les noms doivent correspondre à la lettre.',
  ),
  metadataUrl: words(
    'Copy the address of the metadata and enter it here. It is read again every day, so a new certificate is taken by itself.',
    '메타데이터 주소를 복사하여 여기에 입력합니다. 매일 다시 읽으므로 새 인증서가 자동으로 반영됩니다.',
    'メタデータのアドレスをコピーし、ここに入力します。毎日読み直すため、新しい証明書は自動的に反映されます。',
    'Copiez l’adresse des métadonnées et saisissez-la ici. Elle est relue chaque jour : un nouveau certificat est donc pris en compte de lui-même.',
  ),
  metadataFile: words(
    'Download the metadata and upload the file here. A file is not renewed by itself: upload it again before the certificate ends. We remind you 30, 14, 7 days and one day before.',
    '메타데이터를 내려받아 파일을 여기에 업로드합니다. 파일은 자동으로 갱신되지 않으므로 인증서가 만료되기 전에 다시 업로드해야 합니다. 만료 30일, 14일, 7일, 1일 전에 알려 드립니다.',
    'メタデータをダウンロードし、そのファイルをここにアップロードします。ファイルは自動では更新されないため、証明書の期限が切れる前に再度アップロードしてください。期限の30日前、14日前、7日前、1日前にお知らせします。',
    'Téléchargez les métadonnées et envoyez le fichier ici. Un fichier ne se renouvelle pas de lui-même : renvoyez-le avant l’expiration du certificat. Nous vous le rappelons 30, 14, 7 jours et un jour avant.',
  ),
} as const satisfies Readonly<Record<string, GuideWords>>

export const notes = {
  assertionSigned: words(
    'The assertion itself must be signed, with RSA and SHA-256. A signed response alone is not enough.',
    '어설션 자체가 RSA와 SHA-256으로 서명되어야 합니다. 응답에만 서명하는 것으로는 충분하지 않습니다.',
    'アサーション自体がRSAとSHA-256で署名されている必要があります。レスポンスの署名だけでは不十分です。',
    'L’assertion elle-même doit être signée, avec RSA et SHA-256. Une réponse signée ne suffit pas.',
  ),
  userNameMatches: words(
    'The NameID must be the `userName` that SCIM sends: the account is found by it, without regard to case.',
    'NameID는 SCIM이 보내는 `userName`과 같아야 합니다. 계정은 대소문자 구분 없이 이 값으로 찾습니다.',
    'NameIDは、SCIMが送る`userName`と同じである必要があります。アカウントは大文字と小文字を区別せずにこの値で検索されます。',
    'Le NameID doit être le `userName` transmis par SCIM : c’est par lui que le compte est retrouvé, sans tenir compte de la casse.',
  ),
  begunThere: words(
    'Signing in from the provider’s own portal (IdP-initiated) is refused until you allow it: `--idp-initiated`. {signInUrl} begins at Rollcall and always works.',
    'ID 공급자 포털에서 시작하는 로그인(IdP-initiated)은 `--idp-initiated`로 허용하기 전까지 거부됩니다. {signInUrl} 주소는 Rollcall에서 시작하므로 항상 작동합니다.',
    'プロバイダー側のポータルから始まるサインイン（IdP-initiated）は、`--idp-initiated`で許可するまで拒否されます。{signInUrl}はRollcallから始まるため、常に利用できます。',
    'La connexion depuis le portail du fournisseur (IdP-initiated) est refusée tant que vous ne l’autorisez pas : `--idp-initiated`. {signInUrl} part de Rollcall et fonctionne toujours.',
  ),
  tokenExpiry: words(
    'Give the token no expiry: when it ends, provisioning stops. Rotate it with an overlap instead.',
    '토큰에 만료일을 두지 마십시오. 토큰이 만료되면 프로비저닝이 중단됩니다. 대신 겹치는 기간을 두고 교체합니다.',
    'トークンには有効期限を設定しないでください。期限が切れるとプロビジョニングが停止します。代わりに、重複期間を設けて更新します。',
    'Ne donnez pas d’expiration au jeton : à son terme, le provisionnement s’arrête. Renouvelez-le plutôt avec une période de recouvrement.',
  ),
} as const satisfies Readonly<Record<string, GuideWords>>

export const means = {
  assigned: words(
    'somebody was assigned: does the account exist?',
    '사용자가 할당됨: 계정이 있는지 확인합니다',
    'ユーザーが割り当てられた：アカウントがあるかを確認します',
    'une personne a été affectée : le compte existe-t-il ?',
  ),
  created: words(
    'it does not, and is created',
    '없으므로 생성합니다',
    'ないため作成します',
    'il n’existe pas : il est créé',
  ),
  groupSent: words('a group is sent', '그룹을 보냅니다', 'グループが送信されます', 'un groupe est transmis'),
} as const satisfies Readonly<Record<string, GuideWords>>

export const here = {
  active: words('an active account', '활성 계정', '有効なアカウント', 'un compte actif'),
  suspended: words(
    'suspended: sessions and keys stop, memberships stay',
    '일시 중지: 세션과 키는 중단되고 구성원 자격은 유지됩니다',
    '一時停止：セッションとキーは無効になり、メンバーシップは残ります',
    'suspendu : sessions et clés cessent, les appartenances restent',
  ),
  sameAccount: words(
    'the same account with the same id',
    '같은 id를 가진 같은 계정',
    '同じidを持つ同じアカウント',
    'le même compte, avec le même id',
  ),
  deleted: words(
    'deprovisioned: 404 over SCIM; account and history stay and can be restored until they are purged',
    '삭제됨: SCIM에서는 404로 응답합니다. 계정과 이력은 영구 삭제될 때까지 남아 있어 복원할 수 있습니다',
    '削除済み：SCIMでは404を返します。アカウントと履歴は完全に消去されるまで残り、復元できます',
    'supprimé : 404 en SCIM ; le compte et son historique restent, et peuvent être restaurés, jusqu’à leur effacement',
  ),
  team: words('a team with its members', '구성원이 있는 팀', 'メンバーのいるチーム', 'une équipe avec ses membres'),
  teamGone: words(
    'the team is gone, the people stay',
    '팀은 없어지고 사용자는 남습니다',
    'チームは削除され、ユーザーは残ります',
    'l’équipe disparaît, les personnes restent',
  ),
  onlyThatMember: words(
    'only that member leaves',
    '해당 구성원만 나갑니다',
    'そのメンバーだけが外れます',
    'seul ce membre part',
  ),
  nothing: words('nothing', '변화 없음', '変化なし', 'rien'),
  changed: words(
    'the account is changed; attributes that are read-only in Rollcall are ignored',
    '계정이 변경됩니다. Rollcall에서 읽기 전용인 특성은 무시됩니다',
    'アカウントが変更されます。Rollcallで読み取り専用の属性は無視されます',
    'le compte est modifié ; les attributs en lecture seule dans Rollcall sont ignorés',
  ),
} as const satisfies Readonly<Record<string, GuideWords>>

export const there = {
  assign: words('assign somebody', '사용자 할당', 'ユーザーを割り当てる', 'affecter une personne'),
  change: words('change the profile', '프로필 변경', 'プロフィールを変更する', 'modifier le profil'),
  unassign: words(
    'unassign or deactivate',
    '할당 해제 또는 비활성화',
    '割り当て解除または無効化',
    'retirer l’affectation ou désactiver',
  ),
  reactivate: words('reactivate', '다시 활성화', '再有効化する', 'réactiver'),
  deletePerson: words('delete', '삭제', '削除する', 'supprimer'),
  pushGroup: words('push a group', '그룹 푸시', 'グループをプッシュする', 'envoyer un groupe'),
  leaveGroup: words('somebody leaves a group', '그룹에서 나감', 'グループから外れる', 'une personne quitte un groupe'),
  deleteGroup: words('delete the group', '그룹 삭제', 'グループを削除する', 'supprimer le groupe'),
} as const satisfies Readonly<Record<string, GuideWords>>

export function effect(cause: GuideWords, sent: string, becomes: GuideWords): GuideEffect {
  return { there: cause, sent, here: becomes }
}
