import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, notes, texts, there, titles } from './shared-words.ts'

export const googleScim: ScimGuide = {
  provider: 'google',
  protocol: 'scim',
  product: 'Google Workspace',
  profile: 'default',
  intro: words(
    'Google Workspace provisions by itself into applications of its catalogue. Whether **Autoprovisioning** is offered for an application of your own is up to Google: look for it in the application. Where it is missing, let people come from a file or an API (`rollcall source`), or let SAML make accounts at the first sign-in.',
    'Google Workspace는 카탈로그에 있는 애플리케이션에 대해 자동 프로비저닝을 제공합니다. 직접 만든 애플리케이션에 **Autoprovisioning**이 제공되는지는 Google에 따라 다르므로 애플리케이션에서 확인합니다. 없는 경우에는 파일이나 API로 사용자를 가져오거나(`rollcall source`), SAML로 처음 로그인할 때 계정을 만들도록 합니다.',
    'Google Workspaceは、カタログにあるアプリケーションへの自動プロビジョニングに対応しています。独自のアプリケーションで**Autoprovisioning**が使えるかどうかはGoogle次第のため、アプリケーションの画面で確認してください。使えない場合は、ファイルやAPIからユーザーを取り込むか（`rollcall source`）、SAMLでの初回サインイン時にアカウントを作成します。',
    'Google Workspace provisionne de lui-même les applications de son catalogue. Il dépend de Google que **Autoprovisioning** soit proposé pour une application à vous : vérifiez dans l’application. S’il manque, importez les personnes depuis un fichier ou une API (`rollcall source`), ou laissez SAML créer les comptes à la première connexion.',
  ),
  steps: [
    {
      id: 'open-app',
      title: words('Open the application', '애플리케이션 열기', 'アプリケーションを開く', 'Ouvrir l’application'),
      text: words(
        'Open the SAML application of the other guide; SCIM has no application of its own there.',
        'SAML 안내에서 만든 애플리케이션을 엽니다. Google에는 SCIM 전용 애플리케이션이 없습니다.',
        'SAMLのガイドで作成したアプリケーションを開きます。GoogleにはSCIM専用のアプリケーションはありません。',
        'Ouvrez l’application SAML de l’autre guide ; SCIM n’y a pas d’application à lui.',
      ),
      path: ['Apps', 'Web and mobile apps'],
      fields: [],
      isVerified: false,
    },
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'Press **Continue** after each of the two.',
        '두 항목을 각각 입력한 후 **Continue**를 누릅니다.',
        '2つの項目を入力するたびに**Continue**を押します。',
        'Cliquez sur **Continue** après chacun des deux.',
      ),
      path: ['Autoprovisioning', 'Configure autoprovisioning'],
      fields: [
        { label: 'Access token', copy: 'scimToken' },
        { label: 'Endpoint URL', copy: 'scimUrl' },
      ],
      isVerified: true,
    },
    {
      id: 'mapping',
      title: titles.mapping,
      text: words(
        'Map `userName` and the work mail address to **Primary email**, and the names. Press **Continue**.',
        '`userName`과 업무용 메일 주소를 **Primary email**에 매핑하고 이름도 매핑합니다. **Continue**를 누릅니다.',
        '`userName`と仕事用のメールアドレスを**Primary email**に割り当て、名前も割り当てます。**Continue**を押します。',
        'Associez `userName` et l’adresse e-mail professionnelle à **Primary email**, ainsi que les noms. Cliquez sur **Continue**.',
      ),
      path: ['Attribute mapping'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'scope',
      title: titles.assign,
      text: words(
        'Choose the groups whose members are sent, or none for everybody who has the application.',
        '구성원을 보낼 그룹을 선택합니다. 선택하지 않으면 애플리케이션을 사용하는 모든 사용자가 전송됩니다.',
        'メンバーを送信するグループを選びます。選ばない場合は、アプリケーションを使う全員が送信されます。',
        'Choisissez les groupes dont les membres sont transmis, ou aucun pour tous ceux qui ont l’application.',
      ),
      path: ['Provisioning scope'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'deprovisioning',
      title: titles.actions,
      text: words(
        'Choose what is sent, and after how many days, when the application is turned off for a person, or a person is suspended or deleted.',
        '사용자에 대해 애플리케이션이 꺼지거나 사용자가 정지되거나 삭제되었을 때 무엇을 며칠 후에 보낼지 선택합니다.',
        'ユーザーに対してアプリケーションが無効になったときや、ユーザーが停止または削除されたときに、何を何日後に送信するかを選びます。',
        'Choisissez ce qui est transmis, et après combien de jours, quand l’application est désactivée pour une personne, ou que celle-ci est suspendue ou supprimée.',
      ),
      path: ['Deprovisioning'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'start',
      title: titles.start,
      text: words(
        'Press **Finish** and set **Autoprovisioning** to **Active**. The first run may take up to a day.',
        '**Finish**를 누르고 **Autoprovisioning**을 **Active**로 설정합니다. 첫 실행은 최대 하루가 걸릴 수 있습니다.',
        '**Finish**を押し、**Autoprovisioning**を**Active**にします。初回の実行には最大で1日かかることがあります。',
        'Cliquez sur **Finish** et mettez **Autoprovisioning** sur **Active**. Le premier passage peut prendre jusqu’à un jour.',
      ),
      path: ['Autoprovisioning'],
      fields: [],
      isVerified: true,
    },
  ],
  arrivals: [
    {
      method: 'GET',
      path: '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
      status: 200,
      means: words(
        'Google reads which attributes there are',
        'Google이 사용할 수 있는 특성을 읽습니다',
        'Googleが利用できる属性を読み取ります',
        'Google lit les attributs disponibles',
      ),
    },
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: words('the first person', '첫 번째 사용자', '最初のユーザー', 'la première personne'),
    },
  ],
  effects: [
    effect(there.assign, 'POST /Users', here.active),
    effect(words('suspend', '정지', '停止する', 'suspendre'), 'PATCH active: false', here.suspended),
    effect(there.deletePerson, 'DELETE /Users/{id}', here.deleted),
  ],
  notes: [
    words(
      'Google encodes the URN in the address of a schema, and changes without a path. Both are understood.',
      'Google은 스키마 주소의 URN을 인코딩하고 경로 없이 변경합니다. 두 가지 모두 처리됩니다.',
      'Googleはスキーマのアドレスに含まれるURNをエンコードし、パスなしで変更します。どちらも正しく処理されます。',
      'Google encode l’URN dans l’adresse d’un schéma et modifie sans chemin. Les deux sont compris.',
    ),
    words(
      'Groups are sent for few applications only. Teams can follow rules here instead (`rollcall team rule`).',
      '그룹은 일부 애플리케이션에만 전송됩니다. 대신 Rollcall에서 규칙으로 팀을 구성할 수 있습니다(`rollcall team rule`).',
      'グループが送信されるのは一部のアプリケーションだけです。代わりに、Rollcallでルールによってチームを構成できます（`rollcall team rule`）。',
      'Les groupes ne sont transmis que pour peu d’applications. Les équipes peuvent suivre des règles dans Rollcall (`rollcall team rule`).',
    ),
    notes.tokenExpiry,
  ],
  verifiedOn: comparedOn,
  sources: [
    { title: 'Google: Configure Miro user provisioning', url: 'https://support.google.com/a/answer/14207443' },
    {
      title: 'Ory: Set up SCIM provisioning from Google Workspace',
      url: 'https://www.ory.com/docs/kratos/manage-identities/scim/google-workspace',
    },
  ],
}

export const googleSaml: SamlGuide = {
  provider: 'google',
  protocol: 'saml',
  product: 'Google Workspace',
  preset: 'google',
  intro: words(
    'People sign in with their Google account. You need the role of a super administrator.',
    '사용자는 Google 계정으로 로그인합니다. 최고 관리자 역할이 필요합니다.',
    'ユーザーはGoogleアカウントでサインインします。特権管理者のロールが必要です。',
    'Les personnes se connectent avec leur compte Google. Il vous faut le rôle de super-administrateur.',
  ),
  steps: [
    {
      id: 'create-app',
      title: titles.createApp,
      text: words(
        'Enter a name under **App name** and press **Continue**.',
        '**App name**에 이름을 입력하고 **Continue**를 누릅니다.',
        '**App name**に名前を入力して**Continue**を押します。',
        'Saisissez un nom sous **App name** et cliquez sur **Continue**.',
      ),
      path: ['Apps', 'Web and mobile apps', 'Add app', 'Add custom SAML app'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataFile,
      path: ['Google Identity Provider details', 'Option 1: Download IdP metadata'],
      fields: [{ label: 'Download Metadata', give: 'metadataXml' }],
      isVerified: true,
    },
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        'Leave **Signed response** unticked: Google would sign the response in the place of the assertion. Press **Continue**.',
        '**Signed response**는 선택하지 않습니다. 선택하면 Google이 어설션 대신 응답에 서명합니다. **Continue**를 누릅니다.',
        '**Signed response**にはチェックを入れないでください。入れると、Googleはアサーションの代わりにレスポンスに署名します。**Continue**を押します。',
        'Ne cochez pas **Signed response** : Google signerait la réponse à la place de l’assertion. Cliquez sur **Continue**.',
      ),
      path: ['Service provider details'],
      fields: [
        { label: 'ACS URL', copy: 'acsUrl' },
        { label: 'Entity ID', copy: 'entityId' },
        { label: 'Start URL (optional)', copy: 'signInUrl' },
        { label: 'Name ID format', enter: 'EMAIL' },
        { label: 'Name ID', enter: 'Basic Information > Primary email' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: words(
        'Press **Add mapping** for each. For roles and teams by groups choose them under **Group membership (optional)** with the app attribute `groups`. Press **Finish**.',
        '항목마다 **Add mapping**을 누릅니다. 그룹에 따라 역할과 팀을 지정하려면 **Group membership (optional)**에서 그룹을 선택하고 앱 특성을 `groups`로 지정합니다. **Finish**를 누릅니다.',
        '項目ごとに**Add mapping**を押します。グループによってロールやチームを決める場合は、**Group membership (optional)**でグループを選び、アプリの属性を`groups`にします。**Finish**を押します。',
        'Cliquez sur **Add mapping** pour chacun. Pour des rôles et des équipes selon les groupes, choisissez-les sous **Group membership (optional)** avec l’attribut d’application `groups`. Cliquez sur **Finish**.',
      ),
      path: ['Attribute mapping'],
      fields: [
        { label: 'First name', enter: 'firstName' },
        { label: 'Last name', enter: 'lastName' },
        { label: 'Primary email', enter: 'email' },
      ],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Choose **ON for everyone**, or switch it on for single units or groups. It may take minutes, and up to a day, until it holds.',
        '**ON for everyone**을 선택하거나 일부 조직 단위 또는 그룹에 대해서만 켭니다. 적용되기까지 몇 분에서 최대 하루가 걸릴 수 있습니다.',
        '**ON for everyone**を選ぶか、特定の組織部門やグループだけを有効にします。反映されるまで数分から最大1日かかることがあります。',
        'Choisissez **ON for everyone**, ou activez-la pour certaines unités ou certains groupes. Cela peut prendre de quelques minutes à un jour.',
      ),
      path: ['User access'],
      fields: [],
      isVerified: true,
    },
  ],
  claims: [
    { source: 'Primary email', claim: 'NameID', attribute: 'userName' },
    { source: 'First name', claim: 'firstName', attribute: 'name.givenName' },
    { source: 'Last name', claim: 'lastName', attribute: 'name.familyName' },
    { source: 'Primary email', claim: 'email', attribute: 'emails[type eq "work"].value' },
    { source: 'Group membership (optional)', claim: 'groups', attribute: 'roles, teams' },
  ],
  notes: [
    notes.userNameMatches,
    words(
      'Google publishes no address of its metadata, so a new certificate must be brought here by hand.',
      'Google은 메타데이터 주소를 제공하지 않으므로 새 인증서는 직접 등록해야 합니다.',
      'Googleはメタデータのアドレスを公開していないため、新しい証明書は手動で登録する必要があります。',
      'Google ne publie pas d’adresse pour ses métadonnées : un nouveau certificat doit donc être apporté à la main.',
    ),
    notes.begunThere,
  ],
  verifiedOn: comparedOn,
  sources: [{ title: 'Google: Set up your own custom SAML app', url: 'https://support.google.com/a/answer/6087519' }],
}
