import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, means, notes, texts, there, titles } from './shared-words.ts'

export const pingScim: ScimGuide = {
  provider: 'ping',
  protocol: 'scim',
  product: 'Ping Identity',
  profile: 'default',
  intro: words(
    'These are the pages of PingOne; the last step is for PingFederate with its SCIM Provisioner.',
    'PingOne 화면을 기준으로 설명합니다. 마지막 단계는 SCIM Provisioner를 사용하는 PingFederate용입니다.',
    'PingOneの画面に沿って説明します。最後の手順は、SCIM Provisionerを使うPingFederate向けです。',
    'Ces étapes suivent les pages de PingOne ; la dernière concerne PingFederate avec son SCIM Provisioner.',
  ),
  steps: [
    {
      id: 'create-connection',
      title: words('Create the connection', '연결 만들기', '接続を作成する', 'Créer la connexion'),
      text: words(
        'Choose **Identity Store**, the tile **SCIM** with **Select**, enter a name and press **Next**.',
        '**Identity Store**를 선택하고 **SCIM** 타일에서 **Select**를 누른 다음 이름을 입력하고 **Next**를 누릅니다.',
        '**Identity Store**を選び、**SCIM**のタイルで**Select**を押し、名前を入力して**Next**を押します。',
        'Choisissez **Identity Store**, la vignette **SCIM** avec **Select**, saisissez un nom et cliquez sur **Next**.',
      ),
      path: ['Integrations', 'Provisioning', '+', 'New Connection'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'Press **Test Connection**; **Connection Successful** must appear. Then **Continue**.',
        '**Test Connection**을 누르면 **Connection Successful**이 표시되어야 합니다. 이어서 **Continue**를 누릅니다.',
        '**Test Connection**を押し、**Connection Successful**と表示されることを確認します。続いて**Continue**を押します。',
        'Cliquez sur **Test Connection** ; **Connection Successful** doit apparaître. Puis **Continue**.',
      ),
      path: ['Authentication'],
      fields: [
        { label: 'SCIM Base URL', copy: 'scimUrl' },
        { label: 'Users Resource', enter: '/Users' },
        { label: 'SCIM Version', enter: '2.0' },
        { label: 'Authentication Method', enter: 'OAuth 2 Bearer Token' },
        { label: 'OAuth Access Token', copy: 'scimToken' },
        { label: 'Auth Type Header', enter: 'Bearer' },
      ],
      isVerified: true,
    },
    {
      id: 'matching',
      title: titles.mapping,
      text: words(
        'The filter finds people who exist already. Press **Save** and switch the connection on.',
        '이 필터로 이미 있는 사용자를 찾습니다. **Save**를 누르고 연결을 켭니다.',
        'このフィルターで既存のユーザーを検索します。**Save**を押し、接続を有効にします。',
        'Le filtre retrouve les personnes qui existent déjà. Cliquez sur **Save** et activez la connexion.',
      ),
      path: ['Preferences'],
      fields: [
        { label: 'User Filter Expression', enter: 'userName Eq "%s"' },
        { label: 'User Identifier', enter: 'userName' },
      ],
      isVerified: true,
    },
    {
      id: 'rule',
      title: words(
        'Say who is sent, by a rule',
        '규칙으로 보낼 대상 정하기',
        'ルールで送信対象を決める',
        'Choisir par une règle qui est transmis',
      ),
      text: words(
        'Enter a name, press **Create Rule**, and choose the new connection as the **Target**. Filter the people, choose the groups, check **Attribute Mapping**, press **Save** and switch the rule on.',
        '이름을 입력하고 **Create Rule**을 누른 다음 새 연결을 **Target**으로 선택합니다. 사용자를 필터링하고 그룹을 선택한 뒤 **Attribute Mapping**을 확인하고 **Save**를 누릅니다. 마지막으로 규칙을 켭니다.',
        '名前を入力して**Create Rule**を押し、新しい接続を**Target**に選びます。ユーザーを絞り込み、グループを選び、**Attribute Mapping**を確認して**Save**を押します。最後にルールを有効にします。',
        'Saisissez un nom, cliquez sur **Create Rule** et choisissez la nouvelle connexion comme **Target**. Filtrez les personnes, choisissez les groupes, vérifiez **Attribute Mapping**, cliquez sur **Save** et activez la règle.',
      ),
      path: ['Integrations', 'Provisioning', '+', 'New Rule'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'pingfederate',
      title: words(
        'In PingFederate instead',
        'PingFederate를 사용하는 경우',
        'PingFederateを使う場合',
        'Avec PingFederate',
      ),
      text: words(
        'Choose **SCIM Connector** as the type of the outbound provisioning of an SP connection, and fill in the target. Tick **User Create**, **User Update** and **User Disable / Delete** with **Disable**.',
        'SP 연결의 아웃바운드 프로비저닝 유형으로 **SCIM Connector**를 선택하고 대상을 입력합니다. **User Create**, **User Update**, **User Disable / Delete**를 선택하고 동작은 **Disable**로 지정합니다.',
        'SP接続のアウトバウンドプロビジョニングの種類として**SCIM Connector**を選び、ターゲットを入力します。**User Create**、**User Update**、**User Disable / Delete**にチェックを入れ、動作は**Disable**にします。',
        'Choisissez **SCIM Connector** comme type de provisionnement sortant d’une connexion SP et remplissez la cible. Cochez **User Create**, **User Update** et **User Disable / Delete**, avec **Disable**.',
      ),
      path: ['Applications', 'SP Connections', 'Outbound Provisioning', 'Configure Provisioning'],
      fields: [
        { label: 'SCIM URL', copy: 'scimUrl' },
        { label: 'SCIM Version', enter: '2.0' },
        { label: 'Authentication Methods', enter: 'OAuth 2 Bearer Token' },
        { label: 'Access Token', copy: 'scimToken' },
        { label: 'Unique User Identifier', enter: 'userName' },
      ],
      isVerified: false,
    },
  ],
  arrivals: [
    {
      method: 'GET',
      path: '/Users?filter=userName Eq "…"',
      status: 200,
      means: words(
        'somebody is in the rule: does the account exist?',
        '규칙에 해당하는 사용자가 있음: 계정이 있는지 확인합니다',
        'ルールに該当するユーザーがいる：アカウントがあるかを確認します',
        'une personne relève de la règle : le compte existe-t-il ?',
      ),
    },
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: means.created,
    },
  ],
  effects: [
    effect(
      words('somebody enters the rule', '규칙에 포함됨', 'ルールの対象になる', 'une personne entre dans la règle'),
      'GET /Users?filter=…, POST /Users',
      here.active,
    ),
    effect(
      words(
        'somebody leaves the rule (Disable)',
        '규칙에서 벗어남(Disable)',
        'ルールの対象から外れる（Disable）',
        'une personne sort de la règle (Disable)',
      ),
      'PUT / PATCH active: false',
      here.suspended,
    ),
    effect(
      words(
        'somebody leaves the rule (Delete)',
        '규칙에서 벗어남(Delete)',
        'ルールの対象から外れる（Delete）',
        'une personne sort de la règle (Delete)',
      ),
      'DELETE /Users/{id}',
      here.deleted,
    ),
    effect(there.pushGroup, 'POST /Groups, PATCH members', here.team),
  ],
  notes: [
    words(
      'Operators in filters may be written in any case: `Eq` and `eq` are one.',
      '필터의 연산자는 대소문자를 구분하지 않습니다. `Eq`와 `eq`는 같습니다.',
      'フィルターの演算子は大文字と小文字を区別しません。`Eq`と`eq`は同じです。',
      'Les opérateurs des filtres ne tiennent pas compte de la casse : `Eq` et `eq` se valent.',
    ),
    words(
      'Requests of Ping have not been recorded by us: the table follows the SCIM standard and Ping’s documentation.',
      'Ping의 실제 요청은 아직 기록하지 못했습니다. 이 표는 SCIM 표준과 Ping 문서를 따릅니다.',
      'Pingの実際のリクエストはまだ記録していません。この表はSCIMの標準とPingのドキュメントに基づいています。',
      'Nous n’avons pas enregistré de requêtes de Ping : le tableau suit la norme SCIM et la documentation de Ping.',
    ),
    notes.tokenExpiry,
  ],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'Ping Identity: Create a provisioning connection',
      url: 'https://docs.pingidentity.com/r/en-us/pingone/pingone_create_provisioning_connection',
    },
    {
      title: 'Ping Identity: Create a provisioning rule',
      url: 'https://docs.pingidentity.com/r/en-us/pingone/pingone_t_create_provisioning_rule',
    },
    {
      title: 'Ping Identity: SCIM filter expressions',
      url: 'https://docs.pingidentity.com/pingone/integrations/p1_scim_filter_expressions.html',
    },
    {
      title: 'Ping Identity: SCIM provisioner settings reference',
      url: 'https://docs.pingidentity.com/integrations/scim/setup/pf_scim_connector_scim_connector_settings_reference.html',
    },
  ],
}

export const pingSaml: SamlGuide = {
  provider: 'ping',
  protocol: 'saml',
  product: 'Ping Identity',
  preset: undefined,
  intro: words(
    'People sign in at PingOne. In PingFederate an SP connection takes the same values, or our metadata from {metadataUrl}.',
    '사용자는 PingOne에서 로그인합니다. PingFederate에서는 SP 연결에 같은 값을 입력하거나 {metadataUrl}의 메타데이터를 사용합니다.',
    'ユーザーはPingOneでサインインします。PingFederateでは、SP接続に同じ値を入力するか、{metadataUrl}のメタデータを使います。',
    'Les personnes se connectent chez PingOne. Dans PingFederate, une connexion SP prend les mêmes valeurs, ou nos métadonnées depuis {metadataUrl}.',
  ),
  steps: [
    {
      id: 'create-app',
      title: titles.createApp,
      text: words(
        'Enter a name, choose **SAML Application** and press **Configure**.',
        '이름을 입력하고 **SAML Application**을 선택한 다음 **Configure**를 누릅니다.',
        '名前を入力し、**SAML Application**を選んで**Configure**を押します。',
        'Saisissez un nom, choisissez **SAML Application** et cliquez sur **Configure**.',
      ),
      path: ['Applications', 'Applications', '+'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        'Press **Save**. Or choose **Import From URL** and enter {metadataUrl}.',
        '**Save**를 누릅니다. 또는 **Import From URL**을 선택하고 {metadataUrl}을 입력합니다.',
        '**Save**を押します。または、**Import From URL**を選び、{metadataUrl}を入力します。',
        'Cliquez sur **Save**. Ou choisissez **Import From URL** et saisissez {metadataUrl}.',
      ),
      path: ['SAML Configuration', 'Manually Enter'],
      fields: [
        { label: 'ACS URLs', copy: 'acsUrl' },
        { label: 'Entity ID', copy: 'entityId' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: words(
        'Map `saml_subject` to what SCIM sends as `userName`, and add the others. Press **Save**.',
        '`saml_subject`를 SCIM이 `userName`으로 보내는 값에 매핑하고 나머지를 추가합니다. **Save**를 누릅니다.',
        '`saml_subject`を、SCIMが`userName`として送る値に割り当て、ほかの項目を追加します。**Save**を押します。',
        'Associez `saml_subject` à ce que SCIM transmet comme `userName`, puis ajoutez les autres. Cliquez sur **Save**.',
      ),
      path: ['Attribute Mappings'],
      fields: [
        { label: 'Email Address', enter: 'saml_subject' },
        { label: 'Given Name', enter: 'firstName' },
        { label: 'Family Name', enter: 'lastName' },
        { label: 'Email Address', enter: 'email' },
      ],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataUrl,
      path: ['Configuration'],
      fields: [{ label: 'IDP Metadata URL', give: 'metadataUrl' }],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Choose groups under **Access**, and switch the application on with the toggle at its top.',
        '**Access**에서 그룹을 선택하고, 위쪽의 토글로 애플리케이션을 켭니다.',
        '**Access**でグループを選び、上部のトグルでアプリケーションを有効にします。',
        'Choisissez des groupes sous **Access**, puis activez l’application avec l’interrupteur en haut.',
      ),
      path: ['Access'],
      fields: [],
      isVerified: false,
    },
  ],
  claims: [
    { source: 'Email Address', claim: 'NameID (saml_subject)', attribute: 'userName' },
    { source: 'Given Name', claim: 'firstName', attribute: 'name.givenName' },
    { source: 'Family Name', claim: 'lastName', attribute: 'name.familyName' },
    { source: 'Email Address', claim: 'email', attribute: 'emails[type eq "work"].value' },
  ],
  notes: [notes.userNameMatches, notes.assertionSigned, notes.begunThere],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'Ping Identity: Add a SAML application',
      url: 'https://docs.pingidentity.com/r/en-us/pingone/pingone_p1tutorial_add_a_saml_app',
    },
  ],
}
