import type { ErrorTexts } from '../error-texts.ts'

export const ko: ErrorTexts = {
  malformedRequest: {
    title: 'HTTP 요청이 아닙니다',
    cause: '요청 줄이나 헤더를 HTTP로 읽을 수 없습니다.',
    remedy: '클라이언트와 서버 사이를 확인하세요. 다른 프로토콜로 통신하는 프록시가 흔한 원인입니다.',
  },
  malformedJson: {
    title: '본문이 JSON이 아닙니다',
    cause: '본문을 UTF-8 JSON으로 읽을 수 없습니다.',
    remedy: 'JSON 객체 하나를 보내세요. 어느 문자에서 읽기가 멈췄는지는 `detail`에 있습니다.',
  },
  invalidRequest: {
    title: '요청에 잘못되었거나 빠진 값이 있습니다',
    cause: '경로, 쿼리, 헤더 또는 본문의 일부가 API 규격과 맞지 않습니다.',
    remedy: '`errors`에 각 위치의 JSON 포인터, 고정된 코드, 필요한 값이 있습니다.',
  },
  invalidCursor: {
    title: '이 목록의 커서가 아닙니다',
    cause: '커서가 변경되었거나 다른 목록, 다른 조직 또는 다른 필터에서 나온 것입니다.',
    remedy: '이전 페이지의 `nextCursor`를 그대로, 같은 필터와 함께 사용하거나 커서 없이 처음부터 시작하세요.',
  },
  unauthenticated: {
    title: '유효한 키가 필요합니다',
    cause: '요청에 키가 없거나, 알 수 없거나 만료되었거나 폐기된 키입니다.',
    remedy:
      '`Authorization: Bearer rc_…`를 보내세요. 키는 `rollcall key create`로 만듭니다. 폐기된 키는 되살릴 수 없습니다.',
  },
  forbidden: {
    title: '이 키로는 할 수 없습니다',
    cause:
      '키는 유효하지만 범위가 부족하거나, 키 소유자의 역할에 권한이 없습니다. 무엇이 부족한지는 `detail`에 있습니다.',
    remedy:
      '그 범위가 있는 키를 사용하거나(`rollcall key create --scope …`), 소유자에게 역할을 부여하세요(`rollcall role grant …`).',
  },
  stepUpRequired: {
    title: '본인 확인이 필요합니다',
    cause:
      '위험한 작업인데, 이 브라우저로 로그인한 사람이 본인 확인을 한 지 오래되었습니다. 아무것도 변경하지 않았습니다.',
    remedy:
      '브라우저에서 `confirmUrl`을 열어 패스키나 코드로 확인한 뒤 15분 안에 같은 요청을 다시 보내세요. 키를 사용하면 묻지 않습니다.',
  },
  planRequired: {
    title: '조직의 요금제에 이 기능이 없습니다',
    cause: '키로는 이 작업을 할 수 있지만, 조직의 요금제에 이 기능이 없습니다. 둘 다 `detail`에 있습니다.',
    remedy:
      '이 기능이 있는 요금제를 선택하세요. 서버 운영자가 `rollcall plan set`으로 조직의 요금제를 정합니다. 기능마다 필요한 요금제는 `rollcall plan show`에 있습니다.',
  },
  locked: {
    title: '연결이 관리하는 항목입니다',
    cause: '이 레코드 또는 `errors`가 가리키는 부분은 ID 공급자가 관리하며 여기서는 잠겨 있습니다.',
    remedy: 'ID 공급자에서 변경하거나, 제공되는 경우 기한이 있는 재정의를 시작하세요.',
  },
  managed: {
    title: 'ID 공급자가 관리합니다',
    cause: '대상 자체나 이 항목은 연결에 속해 있어, 관리자라도 원래 위치에서만 변경할 수 있습니다.',
    remedy: 'ID 공급자에서 변경하거나 먼저 연결에서 분리하세요. 팀이라면 관리를 중지하거나 연결된 그룹을 해제합니다.',
  },
  notFound: {
    title: '찾을 수 없습니다',
    cause: '경로를 알 수 없거나, 이 키로 볼 수 있는 대상 가운데 그 ID가 없습니다.',
    remedy: 'ID와 조직을 확인하세요. 다른 조직의 대상은 존재하지 않는 것과 똑같이 응답합니다.',
  },
  methodNotAllowed: {
    title: '이 경로는 해당 메서드를 지원하지 않습니다',
    cause: '경로는 있지만 이 HTTP 메서드로는 사용할 수 없습니다.',
    remedy: '`Allow` 헤더에 있는 메서드를 사용하세요.',
  },
  requestTimeout: {
    title: '요청이 제시간에 도착하지 않았습니다',
    cause: '본문이 예고되었지만 제한 시간 안에 모두 전송되지 않았습니다.',
    remedy: '요청을 다시 보내세요. 변경된 것은 없습니다.',
  },
  conflict: {
    title: '요청이 기존 상태와 충돌합니다',
    cause: '고유해야 하는 값이 이미 사용 중이거나, 대상의 상태 때문에 변경할 수 없습니다.',
    remedy: '`errors`에 해당 필드가 있습니다. 다른 값을 고르거나 먼저 상태를 바꾸세요.',
  },
  confirmationNeeded: {
    title: '확인이 필요합니다',
    cause: '이 요청을 실행하면 사람이 제외됩니다. 아직 아무것도 변경하지 않았습니다. 대상은 `confirmation`에 있습니다.',
    remedy: '제외될 사람을 확인한 뒤 `confirm`에 `confirmation.token`을 넣어 같은 요청을 다시 보내세요.',
  },
  idempotencyInFlight: {
    title: '같은 Idempotency-Key의 첫 요청이 아직 처리 중입니다',
    cause: '같은 `Idempotency-Key`를 가진 요청 두 개가 동시에 도착했습니다.',
    remedy: '`Retry-After`만큼 기다린 뒤 같은 요청을 다시 보내세요. 첫 요청의 응답을 받습니다.',
  },
  versionMismatch: {
    title: '다른 사람이 먼저 변경했습니다',
    cause: '`If-Match`의 버전이 현재 버전과 다릅니다.',
    remedy: '현재 버전은 `currentVersion`과 `ETag` 헤더에 있습니다. 다시 읽고 판단한 뒤 다시 보내세요.',
  },
  bodyTooLarge: {
    title: '본문이 너무 큽니다',
    cause: '본문이 `detail`에 있는 한도보다 깁니다.',
    remedy: '한 번에 보내는 양을 줄이세요.',
  },
  urlTooLong: {
    title: 'URL이 너무 깁니다',
    cause: '경로와 쿼리를 합한 길이가 한도를 넘습니다.',
    remedy: '쿼리를 줄이세요. 들어가지 않는 SCIM 필터는 POST로 `.search`에 보낼 수 있습니다.',
  },
  unsupportedMediaType: {
    title: '본문은 JSON이어야 합니다',
    cause: '본문의 `Content-Type`이 `application/json`이 아닙니다.',
    remedy: '`Content-Type: application/json`을 보내세요.',
  },
  idempotencyMismatch: {
    title: 'Idempotency-Key가 다른 요청에 이미 사용되었습니다',
    cause: '24시간 안에 같은 `Idempotency-Key`가 다른 경로나 본문과 함께 왔습니다.',
    remedy: '새로운 작업마다 새 키를 만드세요. 같은 키는 같은 요청을 반복할 때만 사용합니다.',
  },
  tooManyRequests: {
    title: '요청이 너무 많습니다',
    cause: '`RateLimit-Policy` 헤더가 허용하는 것보다 많은 요청이 왔습니다.',
    remedy: '`Retry-After`에 있는 초만큼 기다리세요.',
  },
  headersTooLarge: {
    title: '헤더가 너무 깁니다',
    cause: '헤더 필드를 합한 길이가 한도를 넘습니다.',
    remedy: '헤더 필드를 줄이거나 짧게 하세요.',
  },
  internal: {
    title: '서버 오류가 발생했습니다',
    cause: '일어나서는 안 되는 일이 일어났습니다. 서버 로그에서 `requestId`로 찾을 수 있습니다.',
    remedy: '다시 시도하세요. 반복되면 `requestId`와 함께 알려 주세요.',
  },
  unavailable: {
    title: '서버가 지금 응답할 수 없습니다',
    cause: '데이터베이스에 연결할 수 없거나 서버가 시작 또는 종료되는 중입니다.',
    remedy: '`Retry-After`에 있는 초만큼 기다린 뒤 다시 보내세요. 변경된 것은 없습니다.',
  },
}
