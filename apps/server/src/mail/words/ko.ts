import type { MailCatalog } from '../template-data.ts'

export const ko: MailCatalog = {
  mails: {
    invitation: {
      subject: '{organization}에 초대되었습니다',
      heading: '{organization}에 오신 것을 환영합니다',
      paragraphs: [
        '{organization}에 회원님의 계정이 만들어졌습니다. 이 메일 주소가 본인의 것인지 확인해 주세요. 확인하기 전에는 로그인할 수 없습니다.',
        '링크는 이 메일을 받은 후 {hours}시간 안에 한 번만 사용할 수 있습니다.',
        '예상하지 못한 메일이라면 무시하셔도 됩니다. 확인하지 않으면 아무 일도 일어나지 않습니다.',
      ],
      button: '메일 주소 확인하기',
    },
    keyCreated: {
      subject: '{serviceAccount}의 키가 생성되었습니다',
      heading: '{organization}에 새 키가 생성되었습니다',
      paragraphs: [
        '서비스 계정 {serviceAccount}에 새 키가 생성되었습니다.',
        '키: {key} ({hint})',
        '허용된 작업: {scopes}',
        '만료 시각: {expiresAt}',
        '생성한 사람: {actor}, 시각: {at}',
        '직접 요청한 것이 아니라면 키를 폐기하고 관리자에게 알려 주세요.',
      ],
    },
    keyRevoked: {
      subject: '{serviceAccount}의 키가 폐기되었습니다',
      heading: '{organization}에서 키가 폐기되었습니다',
      paragraphs: [
        '서비스 계정 {serviceAccount}의 키가 폐기되었습니다. 이 키를 사용하는 요청은 이제 거부됩니다.',
        '키: {key} ({hint})',
        '폐기한 사람: {actor}, 시각: {at}',
      ],
    },
    ownKeyCreated: {
      subject: '회원님 명의의 키가 생성되었습니다',
      heading: '{organization}에 회원님의 새 키가 생성되었습니다',
      paragraphs: [
        '다른 사람이 회원님의 권한으로 동작하는 키를 생성했습니다.',
        '키: {key} ({hint})',
        '허용된 작업: {scopes}',
        '만료 시각: {expiresAt}',
        '생성한 사람: {actor}, 시각: {at}',
        '모르는 일이라면 관리자에게 알려 주세요.',
      ],
    },
    ownKeyRevoked: {
      subject: '회원님의 키가 폐기되었습니다',
      heading: '{organization}에서 회원님의 키가 폐기되었습니다',
      paragraphs: [
        '다른 사람이 회원님의 키를 폐기했습니다. 이 키를 사용하는 요청은 이제 거부됩니다.',
        '키: {key} ({hint})',
        '폐기한 사람: {actor}, 시각: {at}',
      ],
    },
    keyExpiring: {
      subject: '곧 만료되는 키가 있습니다: {key}',
      heading: '{organization}의 키가 곧 만료됩니다',
      paragraphs: [
        '키 {key} ({hint})의 만료 시각은 {expiresAt}입니다. 그 이후에는 이 키를 사용하는 연동이 중단됩니다.',
        '이 키는 서비스 계정 {serviceAccount}의 키입니다.',
        '만료되기 전에 키를 교체해 주세요. 클라이언트를 바꾸는 동안 기존 키와 새 키를 함께 사용할 수 있습니다.',
      ],
    },
    keyExpired: {
      subject: '키가 만료되었습니다: {key}',
      heading: '{organization}의 키가 만료되었습니다',
      paragraphs: [
        '키 {key} ({hint})이(가) {expiresAt}에 만료되었습니다. 이 키를 사용하는 요청은 이제 거부됩니다.',
        '이 키는 서비스 계정 {serviceAccount}의 키입니다.',
        '새 키를 만들어 클라이언트에 입력해 주세요.',
      ],
    },
    keyLeaked: {
      subject: '노출된 키가 발견되었습니다: {key}',
      heading: '{organization}의 키가 유출되었습니다',
      paragraphs: [
        '다른 사람이 읽을 수 있는 곳에서 키 {key} ({hint})이(가) 발견되었습니다.',
        '발견된 곳: {source}',
        '이 키는 {revokedAt}에 폐기되었습니다. 이 키를 사용하는 요청은 이제 거부되므로 새 키를 만들어 주세요.',
        '키 {openKey}은(는) 아직 사용할 수 있습니다. 지금 폐기하고 새 키를 만들어 주세요.',
        '키의 최근 사용 내역을 확인해 주세요. 본인이 사용하지 않은 내역이 있을 수 있습니다.',
      ],
    },
    keyOwnerLeft: {
      subject: '소유자가 떠난 키가 있습니다: {key}',
      heading: '키의 소유자가 {organization}을(를) 떠났습니다',
      paragraphs: [
        '{owner}의 계정이 더 이상 활성 상태가 아니어서 키 {key} ({hint})도 사용할 수 없게 되었습니다.',
        '다른 키를 사용할 때까지 연결 {connection}의 프로비저닝이 중단됩니다.',
        '발생 시각: {at}',
        '서비스 계정의 키를 만들어 클라이언트에 입력해 주세요. 서비스 계정의 키는 사람이 떠나도 그대로 유지됩니다.',
      ],
    },
    webhookDisabled: {
      subject: '웹훅이 비활성화되었습니다: {webhook}',
      heading: '{organization}의 웹훅이 비활성화되었습니다',
      paragraphs: [
        '{host}의 웹훅 {webhook}이(가) 비활성화되었습니다. 다시 활성화할 때까지 아무 이벤트도 전송하지 않습니다.',
        '{goneAt}에 엔드포인트가 더 이상 존재하지 않는다고 응답했습니다(410).',
        '{failingSinceAt} 이후로 전송에 성공한 적이 없습니다.',
        '전송 기록을 확인하고 엔드포인트를 고친 다음, 웹훅을 활성화하고 놓친 이벤트를 다시 전송하세요.',
      ],
    },
    certificateExpiring: {
      subject: '인증서가 곧 만료됩니다: {identityProvider}',
      heading: '{organization}의 ID 공급자 인증서가 곧 만료됩니다',
      paragraphs: [
        'ID 공급자 {identityProvider}이(가) 서명에 사용하는 인증서가 {expiresAt}에 만료됩니다.',
        '지문: {fingerprint}',
        '그 전에 메타데이터에 새 인증서가 없으면 아무도 이 공급자로 로그인할 수 없게 됩니다.',
        'ID 공급자 담당자에게 새 메타데이터를 요청하거나 메타데이터를 다시 읽으세요.',
      ],
    },
    holdWaiting: {
      subject: '대량 변경이 결정을 기다리고 있습니다: {connection}',
      heading: '{organization}의 대량 변경이 결정을 기다리고 있습니다',
      paragraphs: [
        '{openedAt}부터 연결 {connection}의 변경 {changes}건이 결정을 기다리고 있습니다. 아직 아무것도 적용되지 않았습니다.',
        '대상 이름을 확인한 뒤 승인하거나 취소해 주세요. {expiresAt}까지 결정하지 않으면 변경은 폐기되며, ID 공급자는 계속 같은 요청을 보냅니다.',
      ],
    },
    appQuarantined: {
      subject: '앱이 작동하지 않습니다: {app}',
      heading: '{organization}의 앱 {app}이(가) 작동하지 않습니다',
      paragraphs: [
        '{sinceAt}부터 앱 {app}에 거의 아무것도 전달되지 않고 있습니다. 지금은 자동 확인만 보내고 있으며, 나머지는 모두 대기 중이고 잃어버린 것은 없습니다.',
        '이유(영어): {meaning}',
        '조치 방법(영어): {remedy}',
        '앱의 응답: {detail}',
        '확인에 성공하면 모두 자동으로 다시 시작됩니다. 바로 확인을 실행할 수도 있습니다.',
      ],
    },
    appPaused: {
      subject: '앱이 일시 중지되었습니다: {app}',
      heading: '{organization}의 앱 {app}이(가) 일시 중지되었습니다',
      paragraphs: [
        '{sinceAt}부터 앱 {app}에 아무것도 전달되지 않아 일시 중지했습니다. 잃어버린 것은 없으며 링크, 규칙, 대기 중인 작업은 그대로 남아 있습니다.',
        '이유(영어): {meaning}',
        '조치 방법(영어): {remedy}',
        '문제를 해결한 뒤 앱을 다시 시작해 주세요. 멈춘 곳에서 이어서 진행합니다.',
      ],
    },
    appWorkHeld: {
      subject: '{app}의 작업 {count}건이 결정을 기다리고 있습니다',
      heading: '{organization}의 앱 {app}에서 작업 {count}건이 결정을 기다리고 있습니다',
      paragraphs: [
        '앱 {app}에서 계정, 그룹 또는 구성원 {count}건이 비활성화, 삭제, 제외되거나 값이 지워질 예정입니다. 하루에 통과할 수 있는 수는 {allowance}건입니다. 아직 아무것도 보내지 않았습니다.',
        '가장 많은 원인({causeCount}건): {cause}',
        '대상 이름을 확인한 뒤 전체 또는 일부를 승인하거나 거부해 주세요. {lapsesAt}까지 결정하지 않으면 다시 평가합니다.',
      ],
    },
    appEscrowGrown: {
      subject: '{app}에 {count}건을 프로비저닝할 수 없습니다',
      heading: '{organization}의 앱 {app}이(가) 사람 또는 팀 {count}건을 받지 않습니다',
      paragraphs: [
        '{at} 기준으로 사람 또는 팀 {count}건을 앱 {app}에 프로비저닝하지 못했습니다. 간격을 늘려 가며 자동으로 다시 시도합니다.',
        '가장 많은 이유(영어): {meaning}',
        '조치 방법(영어): {remedy}',
      ],
    },
    sourceReadHeld: {
      subject: '{source} 읽기가 확인을 기다리고 있습니다',
      heading: '{organization}의 소스 {source}에서 읽은 내용이 평소와 다릅니다',
      paragraphs: [
        '{at}에 소스 {source}이(가) 보낸 내용이 이전과 크게 달라 아무것도 반영하지 않았습니다.',
        '이상한 점(영어): {detail}',
        '읽은 내용을 확인한 뒤 승인하거나 거부해 주세요. 그때까지 모든 것이 그대로 유지됩니다.',
      ],
    },
    sourceReadFailed: {
      subject: '소스 {source}을(를) 읽을 수 없습니다',
      heading: '{organization}의 소스 {source}을(를) 읽지 못했습니다',
      paragraphs: [
        '{at}에 소스 {source}을(를) 읽지 못했습니다. 이 때문에 변경되거나 비활성화된 사람은 없습니다.',
        '이유(영어): {meaning}',
        '조치 방법(영어): {remedy}',
        '자세한 내용(영어): {detail}',
      ],
    },
    appLeaversWaiting: {
      subject: '퇴사자 {count}명이 아직 {app}을(를) 사용할 수 있습니다',
      heading: '{organization}을(를) 떠난 사람의 계정이 앱 {app}에 남아 있습니다',
      paragraphs: [
        '앱 {app}에서 떠난 사람의 계정 {count}개를 비활성화해야 하지만 전달되지 않고 있습니다. 첫 번째 계정은 {sinceAt}부터 기다리고 있습니다.',
        '앱의 상태와 거부된 내용을 확인하세요. 그때까지는 앱에서 해당 계정을 직접 비활성화하세요.',
        '앱이 받아들이면 모든 것이 저절로 계속됩니다.',
      ],
    },
    appPlanWaiting: {
      subject: '{app}의 계획이 확인을 기다립니다',
      heading: '{organization}의 앱 {app} 대조 결과 계획이 만들어졌습니다',
      paragraphs: [
        '앱 {app}을(를) 있어야 할 상태와 비교했습니다. 계획의 내용: {summary}. 아직 아무것도 보내지 않았습니다.',
        '계획을 확인한 뒤 적용하거나 폐기하세요. {expiresAt} 이후에는 다시 만들어야 합니다.',
      ],
    },
    appCredentialsExpiring: {
      subject: '앱의 자격 증명이 곧 만료됩니다: {app}',
      heading: '{organization}의 앱 {app}의 자격 증명이 곧 만료됩니다',
      paragraphs: [
        '{organization}이(가) 앱 {app}에 접속할 때 쓰는 자격 증명이 {expiresAt}에 만료됩니다. 그 뒤로는 아무것도 전달되지 않아 새로 온 사람의 계정이 만들어지지 않고, 떠난 사람의 계정은 그대로 남습니다.',
        '앱에서 새 자격 증명을 만들고 만료일과 함께 여기에 입력해 주세요. 멈춘 곳에서 이어서 진행합니다.',
      ],
    },
    metadataRefused: {
      subject: '{identityProvider}의 메타데이터가 거부되었습니다',
      heading: '{organization}의 ID 공급자 메타데이터가 거부되었습니다',
      paragraphs: [
        '{at}에 ID 공급자 {identityProvider}의 메타데이터를 다시 읽었지만 거부되었습니다. 이전 내용이 그대로 적용되므로 계속 로그인할 수 있습니다.',
        '이유: {reason}',
        '여기서 무언가를 바꾸기 전에, 이 문서가 맞는지 ID 공급자 담당자에게 확인하세요. 메타데이터는 한 시간마다 다시 읽습니다.',
      ],
    },
    serviceAccountDisabled: {
      subject: '서비스 계정 {serviceAccount}이(가) 비활성화되었습니다',
      heading: '{organization}에서 서비스 계정이 비활성화되었습니다',
      paragraphs: [
        '서비스 계정 {serviceAccount}이(가) 비활성화되었습니다. 다시 활성화할 때까지 이 계정의 키는 거부됩니다.',
        '비활성화한 사람: {actor}, 시각: {at}',
      ],
    },
    passkeyAdded: {
      subject: '계정에 패스키가 추가되었습니다',
      heading: '{organization}의 새 패스키',
      paragraphs: [
        '계정에 패스키 “{name}”이(가) 추가되었습니다. 이 패스키가 있으면 누구든 본인으로 로그인할 수 있습니다.',
        '일시: {at}',
        '본인이 한 일이 아니라면 로그인해서 이 패스키를 삭제하고 다른 세션을 종료한 뒤 관리자에게 알리세요.',
      ],
    },
    passkeyRemoved: {
      subject: '계정에서 패스키가 삭제되었습니다',
      heading: '{organization}의 패스키 삭제',
      paragraphs: [
        '계정에서 패스키 “{name}”이(가) 삭제되어 더 이상 사용할 수 없습니다.',
        '일시: {at}',
        '본인이 한 일이 아니라면 바로 관리자에게 알리세요.',
      ],
    },
    totpAdded: {
      subject: '계정에 인증 앱이 추가되었습니다',
      heading: '{organization}의 일회용 코드',
      paragraphs: [
        '이제 비밀번호로 로그인할 때 인증 앱의 코드를 입력해야 합니다.',
        '일시: {at}',
        '본인이 한 일이 아니라면 바로 관리자에게 알리세요.',
      ],
    },
    totpRemoved: {
      subject: '계정에서 인증 앱이 삭제되었습니다',
      heading: '{organization}의 일회용 코드 해제',
      paragraphs: [
        '계정에서 인증 앱이 삭제되어 해당 코드는 더 이상 사용할 수 없습니다.',
        '일시: {at}',
        '본인이 한 일이 아니라면 바로 관리자에게 알리세요.',
      ],
    },
    recoveryCodesMade: {
      subject: '계정의 복구 코드가 새로 만들어졌습니다',
      heading: '{organization}의 새 복구 코드',
      paragraphs: [
        '계정의 복구 코드가 새로 만들어졌습니다. 이전 코드는 더 이상 사용할 수 없습니다.',
        '일시: {at}',
        '본인이 한 일이 아니라면 바로 관리자에게 알리세요.',
      ],
    },
    recoveryCodeUsed: {
      subject: '계정의 복구 코드가 사용되었습니다',
      heading: '{organization}의 복구 코드 사용',
      paragraphs: [
        '복구 코드 하나가 사용되었습니다. 남은 코드: {left}개',
        '일시: {at}',
        '본인이 한 일이 아니라면 로그인해서 코드를 새로 만들고 다른 세션을 종료한 뒤 관리자에게 알리세요.',
      ],
    },
    factorsReset: {
      subject: '로그인 수단이 초기화되었습니다',
      heading: '{organization}의 초기화',
      paragraphs: [
        '관리자가 계정의 패스키, 인증 앱 또는 복구 코드를 삭제했고 모든 기기에서 로그아웃되었습니다.',
        '사유: {reason}',
        '일시: {at}',
        '다음에 로그인할 때 다시 설정하세요. 요청한 적이 없다면 관리자에게 알리세요.',
      ],
    },
    passwordForgotten: {
      subject: '{organization}의 새 비밀번호 정하기',
      heading: '새 비밀번호',
      paragraphs: [
        '{organization} 계정의 새 비밀번호를 정해 달라는 요청이 있었습니다. 이 링크에서 정하세요.',
        '링크는 이 메일을 보낸 후 {minutes}분 이내에 한 번만 사용할 수 있습니다.',
        '요청하지 않으셨나요? 그렇다면 이 메일을 무시하세요. 비밀번호는 그대로입니다.',
      ],
      button: '비밀번호 정하기',
    },
    emailConfirmNew: {
      subject: '{organization}의 새 주소 확인',
      heading: '새 이메일 주소',
      paragraphs: [
        '{address} 주소가 {organization} 계정의 주소가 됩니다. 본인의 주소인지 확인해 주세요.',
        '지금까지의 주소에서도 확인되면 주소가 바뀝니다. 링크는 {hours}시간 동안 유효합니다.',
        '요청하지 않으셨나요? 그렇다면 이 메일을 무시하세요. 아무것도 바뀌지 않습니다.',
      ],
      button: '내 주소 확인',
    },
    emailConfirmOld: {
      subject: '{organization}의 주소 변경 요청',
      heading: '이메일 주소 변경 요청',
      paragraphs: [
        '회원님으로 로그인한 사람이 {organization} 계정의 주소를 이 주소 대신 {address}(으)로 바꾸려고 합니다.',
        '이 링크에서 허용해야만 바뀝니다. 링크는 {hours}시간 동안 유효합니다.',
        '요청하지 않으셨나요? 그렇다면 링크를 열지 말고 비밀번호를 바꾼 뒤 관리자에게 알리세요.',
      ],
      button: '변경 허용',
    },
    setupLink: {
      subject: '{provider} – {organization} 연결 요청',
      heading: '{provider}를 {organization}에 연결하기',
      paragraphs: [
        '{provider}를 {organization}에 연결해 달라는 요청을 받으셨습니다. 아래 버튼으로 여는 페이지가 복사할 값과 함께 단계별로 안내하며, 작동 여부를 바로 보여 줍니다. 계정은 필요하지 않습니다.',
        '{provider} 관리자 권한이 필요합니다. 다른 분이 관리자라면 이 메일을 그분에게 전달하셔도 됩니다.',
        '링크는 {expiresAt}까지 사용할 수 있습니다.',
        '예상하지 못한 메일이라면 열기 전에 {organization}에 문의해 주세요.',
      ],
      button: '시작하기',
    },
    test: {
      subject: 'Rollcall 테스트 메일',
      heading: '메일이 정상적으로 전송됩니다',
      paragraphs: [
        '{organization}의 테스트 메일입니다. 이 메일을 읽고 계시다면 Rollcall에서 메일을 보낼 수 있습니다.',
        '요청 시각: {at}',
      ],
    },
  },
  copyLink: '버튼이 작동하지 않으면 다음 주소를 복사해 브라우저에 붙여 넣으세요.',
  footer: 'Rollcall이 {organization}을(를) 대신해 자동으로 보낸 메일입니다. 회신은 확인되지 않습니다.',
}
