"""What ``kiosk doctor`` says, in Japanese and English: what was found, and what to do next. Decides nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finding in two languages; ``{placeholders}`` are the finding's values. No next step where none is needed."""

    ja: str
    en: str
    next_ja: str = ""
    next_en: str = ""


VERDICTS: dict[str, dict[str, str]] = {
    "ja": {"ok": "正常", "attention": "注意", "bad": "異常"},
    "en": {"ok": "ok", "attention": "attention", "bad": "bad"},
}
_CABLE_JA = "電源とケーブルを確かめ、もう一度点検してください。"
_CABLE_EN = "Check power and cable, then run this again."

SENTENCES: dict[str, Sentence] = {
    "counter.ok": Sentence(
        "{municipality} {counter}({kiosk_id})。品目{items}件、マスター版{version}",
        "{municipality} {counter} ({kiosk_id}); {items} items, masters {version}",
    ),
    "port.usb": Sentence(
        "{description}。設定には {identity} と書けます", "{description}; a profile may say {identity}"
    ),
    "port.plain": Sentence("USB以外のポート", "not on USB"),
    "port.none": Sentence(
        "シリアルポートがありません",
        "no serial port",
        "端末やプリンターをつなぐ場合は、USBケーブルを差し込んでください。",
        "Plug in the USB cable of the terminal or printer.",
    ),
    "device.no_line": Sentence("回線を使わない機器", "needs no line"),
    "device.ready": Sentence("応答あり({port}、{detail})", "answers ({port}, {detail})"),
    "device.missing": Sentence(
        "ポートを開けません: {port}",
        "the port cannot be opened: {port}",
        "ケーブルを確かめ、上のポート一覧にある名前を窓口の設定に書いてください。",
        "Check the cable, and write a port listed above into the counter's file.",
    ),
    "device.busy": Sentence(
        "ほかのプログラムが使用中: {port}",
        "held by another program: {port}",
        "窓口の画面が開いていれば異常ではありません。閉じてから点検してください。",
        "Nothing is wrong if the counter's window is open; close it and run this again.",
    ),
    "device.at_work": Sentence(
        "端末が別の処理をしています({port})",
        "the terminal is busy with something else ({port})",
        "端末の画面が待ち受けに戻ってから、もう一度点検してください。戻らないときは端末の画面の案内に従ってください。",
        "Run this again when the terminal shows its idle screen. If it does not, follow what its display says.",
    ),
    "device.not_ready": Sentence(
        "決済の準備ができていません({port}、{detail})",
        "not ready to charge ({port}, {detail})",
        "端末の画面を見て、" + _CABLE_JA,
        "Look at the terminal's display. " + _CABLE_EN,
    ),
    "service.ready": Sentence(
        "決済サービスが応答しました。鍵と時計も合っています({address})",
        "the payment service answers; keys and clock are right ({address})",
    ),
    "service.sandbox": Sentence(
        "試験用の鍵です。支払われてもお金は動きません",
        "the keys are of the sandbox: nothing paid with them is money",
        "練習では kiosk run --training で使えます。本番では、本番の鍵を key_file に置いてください。",
        "For practice use kiosk run --training; for real counters put the keys of production into key_file.",
    ),
    "service.keys": Sentence(
        "決済サービスの鍵を使えません: {detail}",
        "the keys of the payment service cannot be used: {detail}",
        "鍵のファイルを窓口機に置き、所有者だけが読めるようにしてください(chmod 600)。",
        "Put the key file on this machine, readable by its owner alone (chmod 600).",
    ),
    "service.keys_refused": Sentence(
        "決済サービスが鍵を受け付けません({address}、{detail})",
        "the payment service does not accept the keys ({address}, {detail})",
        "鍵と接続先の組(本番・試験用)を確かめ、続くときは事業者に鍵の状態を確認してください。",
        "Check that keys and address belong together (production, sandbox); then ask the operator about the keys.",
    ),
    "service.clock_wrong": Sentence(
        "窓口機の時計が合っていません: {detail}",
        "the clock of this machine is wrong: {detail}",
        "時計の自動調整(NTP)を有効にし、合わせてから、もう一度点検してください。",
        "Turn on the automatic setting of the clock (NTP), set it, then run this again.",
    ),
    "service.service_unavailable": Sentence(
        "決済サービスが混み合っているか、点検中です({detail})",
        "the payment service is busy or being maintained ({detail})",
        "少し待って、もう一度点検してください。続くときは事業者のお知らせを確認してください。",
        "Wait a little and run this again; if it goes on, see what the operator announces.",
    ),
    "service.service_unreachable": Sentence(
        "決済サービスにつながりません({detail})",
        "the payment service cannot be reached ({detail})",
        "窓口機のネットワークと、接続先への通信の許可(ファイアウォール、証明書)を確かめてください。",
        "Check this machine's network, and that a connection to that address is allowed (firewall, certificate).",
    ),
    "service.no_answer": Sentence(
        "決済サービスから返事がありません({address}、{detail})",
        "the payment service does not answer ({address}, {detail})",
        "ネットワークを確かめ、もう一度点検してください。",
        "Check the network, then run this again.",
    ),
    "diagnosis.none": Sentence("診断の命令がない機器", "has no command for a diagnosis"),
    "diagnosis.ok": Sentence("端末から決済会社まで通じています", "the terminal reaches the payment company"),
    "diagnosis.not_begun": Sentence(
        "端末が待ち受けでないため、診断していません",
        "not diagnosed: the terminal is not idle",
        "上の device の案内に従い、待ち受けに戻ってからもう一度診断してください。",
        "Do what stands under device above, and run this again when the terminal is idle.",
    ),
    "diagnosis.in_doubt": Sentence(
        "結果不明のお支払いがあるため、診断していません",
        "not diagnosed: a payment on this terminal is in doubt",
        "窓口の画面で結果不明のお支払いを解決してから、もう一度診断してください。",
        "Settle the payment in doubt in the counter's window, then run this again.",
    ),
    "diagnosis.books_unread": Sentence(
        "取引記録を読めず、お支払いが残っていないか分からないため、診断していません: {detail}",
        "not diagnosed: the journal cannot be read for payments in doubt: {detail}",
        "下の journal の案内に従ってください。",
        "Do what stands under journal below.",
    ),
    "diagnosis.network": Sentence(
        "端末が決済会社につながりません(応答 {code})",
        "the terminal does not reach the payment company (code {code})",
        "端末の通信ケーブルとルーターを確かめ、続くときは決済会社の障害情報を確認してください。",
        "Check the terminal's network cable and router; if it goes on, ask the payment company about an outage.",
    ),
    "diagnosis.failed": Sentence(
        "端末の診断で異常が見つかりました(応答 {detail})",
        "the terminal's diagnosis failed ({detail})",
        "端末の画面の案内に従い、応答の番号を保守担当に伝えてください。",
        "Follow what the terminal's display says, and tell maintenance the code.",
    ),
    "printer.none": Sentence(
        "プリンターの設定がありません",
        "no printer is set up",
        "領収書を印字する場合は、窓口の設定に [printer] を加えてください。",
        "To print receipts, add [printer] to the counter's file.",
    ),
    "printer.ok": Sentence("印字できます({port})", "ready to print ({port})"),
    "printer.files": Sentence(
        "プリンターなし。書類はPDFで取引記録のフォルダーの documents に保存します",
        "no printer: documents are PDF files in the folder documents beside the journal",
    ),
    "printer.file_not_written": Sentence(
        "書類のPDFを保存できません",
        "the documents' files cannot be written",
        "取引記録のフォルダーの空きと書き込みの許可を確かめてください。",
        "Check room and permissions of the journal's folder.",
    ),
    "printer.near_end": Sentence(
        "用紙が残りわずかです", "the paper is near its end", "新しい用紙を用意してください。", "Have a new roll ready."
    ),
    "printer.paper_end": Sentence(
        "用紙がありません", "the paper has run out", "用紙を入れてください。", "Load a roll of paper."
    ),
    "printer.cover_open": Sentence(
        "カバーが開いています", "the cover is open", "カバーを閉めてください。", "Close the cover."
    ),
    "printer.recoverable": Sentence(
        "カバーが開けられて印字が止まっています",
        "printing stopped when the cover was opened",
        "カバーを閉め、用紙送りボタンを押すか、電源を入れ直してください。",
        "Close the cover and press the feed button, or switch it off and on.",
    ),
    "printer.cutter": Sentence(
        "カッターが止まっています",
        "the cutter is stuck",
        "電源を切り、詰まった紙を取り除いてください。",
        "Switch it off and remove the jammed paper.",
    ),
    "printer.overheated": Sentence(
        "印字ヘッドが熱くなっています", "the print head is too hot", "数分待ってください。", "Wait a few minutes."
    ),
    "printer.unrecoverable": Sentence(
        "プリンターの故障です",
        "the printer reports a failure",
        "電源を入れ直し、続く場合は修理を依頼してください。",
        "Switch it off and on; if it stays, have it repaired.",
    ),
    "printer.offline": Sentence(
        "プリンターがオフラインです",
        "the printer is offline",
        "プリンターの表示灯を確かめてください。",
        "Look at the printer's lamps.",
    ),
    "printer.silent": Sentence("応答がありません({port})", "no answer ({port})", _CABLE_JA, _CABLE_EN),
    "printer.line_lost": Sentence("回線が切れました({port})", "the line was lost ({port})", _CABLE_JA, _CABLE_EN),
    "scanner.none": Sentence(
        "シリアル接続のスキャナーは使いません(キーボードとして働くスキャナーは設定不要)",
        "no scanner on a serial line (one that works as a keyboard needs no setting)",
    ),
    "scanner.ok": Sentence(
        "ポートを開けます({port})",
        "the port opens ({port})",
        "窓口の画面で品目のバーコードを1つ読み取り、会計に入ることを確かめてください。",
        "In the counter's window scan an item's barcode and see it enter the sale.",
    ),
    "display.none": Sentence("2行の客面表示は使いません", "no line display"),
    "display.ok": Sentence(
        "ポートを開けます({port})",
        "the port opens ({port})",
        "窓口の画面で品目を1つ選び、客面表示に名前と金額が出ることを確かめてください。",
        "In the counter's window choose an item and see its name and price on the display.",
    ),
    "clock.ok": Sentence("{now}(日本時間)", "{now} (Japan Standard Time)"),
    "clock.zone": Sentence(
        "{now}(日本時間)。この機械の時間帯は協定世界時{offset:+g}時間です",
        "{now} (Japan Standard Time); this machine's own zone is UTC{offset:+g}",
        "取引の時刻は正しく記録されます。機械の時間帯を Asia/Tokyo にすると記録を見比べやすくなります。",
        "Sales are stamped correctly; set the machine to Asia/Tokyo so that its logs agree.",
    ),
    "clock.implausible": Sentence(
        "日時が正しくありません: {now}",
        "the date cannot be right: {now}",
        "会計を始める前に、日付と時刻を合わせてください。",
        "Set date and time before taking any payment.",
    ),
    "clock.behind_journal": Sentence(
        "時計 {now} が最後の取引記録 {last} より前です",
        "the clock says {now}, before the journal's last entry {last}",
        "会計を始める前に、日付と時刻を合わせてください。",
        "Set date and time before taking any payment.",
    ),
    "clock.skew": Sentence(
        "会計課サーバーの時計と{seconds}秒違います",
        "{seconds} s away from the register's clock",
        "時刻の自動同期(NTP)を有効にしてください。",
        "Switch on automatic time (NTP).",
    ),
    "clock.agrees": Sentence(
        "会計課サーバーの時計と合っています(差{seconds}秒)", "agrees with the register's clock ({seconds} s apart)"
    ),
    "plan.use_often": Sentence(
        "よく使われる窓口。キャッシュレス決済 月{payments:,}件、{amount:,}円で比べます",
        "used often; compared for {payments:,} cashless payments a month over {amount:,} yen",
    ),
    "plan.use_rarely": Sentence(
        "利用の少ない窓口。キャッシュレス決済 月{payments:,}件、{amount:,}円で比べます",
        "used rarely; compared for {payments:,} cashless payments a month over {amount:,} yen",
    ),
    "plan.cost_terminal": Sentence(
        "方法1(決済端末): 月{total:,}円(機器{device:,}円、手数料{fee:,}円、職員の手間{work:,}円)",
        "method 1 (terminal): {total:,} yen a month (device {device:,}, fees {fee:,}, clerks' time {work:,})",
    ),
    "plan.cost_code": Sentence(
        "方法2(JPQR、端末なし): 月{total:,}円(機器{device:,}円、手数料{fee:,}円、職員の手間{work:,}円)",
        "method 2 (JPQR, no terminal): {total:,} yen a month (device {device:,}, fees {fee:,}, clerks' time {work:,})",
    ),
    "plan.advice_terminal": Sentence(
        "方法1(決済端末)をお勧めします。月{saved:,}円少なくて済みます",
        "method 1 (terminal) is advised: it costs {saved:,} yen less a month",
    ),
    "plan.advice_code": Sentence(
        "方法2(JPQR、端末なし)をお勧めします。月{saved:,}円少なくて済みます",
        "method 2 (JPQR, no terminal) is advised: it costs {saved:,} yen less a month",
        "同じ単価なら、月{turn:,}件から方法1のほうが安くなります。",
        "At the same mean amount method 1 costs less from {turn:,} payments a month on.",
    ),
    "plan.advice_code_always": Sentence(
        "方法2(JPQR、端末なし)をお勧めします。月{saved:,}円少なくて済み、件数が増えても変わりません",
        "method 2 (JPQR, no terminal) is advised: it costs {saved:,} yen less a month, however many payments there are",
    ),
    "plan.advice_terminal_though": Sentence(
        "利用の少ない窓口ですが、費用では方法1(決済端末)が月{saved:,}円少なくて済みます",
        "used rarely, and yet method 1 (terminal) costs {saved:,} yen less a month",
        "件数と費用の見込み(config/methods.toml)を確かめ、方法を見直してください。",
        "Check the volumes and the figures in config/methods.toml, then choose the method anew.",
    ),
    "plan.advice_code_though": Sentence(
        "よく使われる窓口ですが、費用では方法2(JPQR)が月{saved:,}円少なくて済みます",
        "used often, and yet method 2 (JPQR) costs {saved:,} yen less a month",
        "方法2ではクレジットカードと電子マネーを使えません。市民の利便と比べて決めてください。",
        "Method 2 takes neither cards nor e-money: weigh that against the citizens' convenience.",
    ),
    "fonts.ok": Sentence("印字に使う書体がそろっています", "every font of our papers is installed"),
    "fonts.missing": Sentence(
        "印字に使う書体が足りません: {packages}。珍しい字の名前を入力できません",
        "fonts are missing: {packages}; names with rare characters are refused",
        "root で apt install {packages} を実行し、窓口を起動し直してください。",
        "As root: apt install {packages}. Then start the counter again.",
    ),
    "disk.ok": Sentence("空き{free_mb}MB({path})", "{free_mb} MB free ({path})"),
    "disk.low": Sentence(
        "空きが少なくなっています: {free_mb}MB({path})",
        "running low: {free_mb} MB free ({path})",
        "不要なファイルを消し、空きを増やしてください。取引記録は消さないでください。",
        "Make room by removing what is not needed; never the journal.",
    ),
    "disk.full": Sentence(
        "空きがありません: {free_mb}MB({path})。会計ができなくなります",
        "no room: {free_mb} MB free ({path}); the counter will stop",
        "すぐに空きを増やしてください。取引記録は消さないでください。",
        "Make room at once; never remove the journal.",
    ),
    "register.none": Sentence("会計課サーバーを使わない窓口", "this counter has no register"),
    "register.unreachable": Sentence(
        "会計課サーバーに届きません: {url}({detail})",
        "the register cannot be reached: {url} ({detail})",
        "会計は続けられます。ネットワークとサーバーを確かめてください。",
        "Payments go on meanwhile; check the network and the register.",
    ),
    "register.not_enrolled": Sentence(
        "会計課サーバーに未登録です: {url}",
        "not enrolled at the register: {url}",
        "会計課で登録コードを受け取り、kiosk enroll を実行してください。",
        "Get a code from the accounting section and run kiosk enroll.",
    ),
    "register.refused": Sentence(
        "会計課サーバーがこの窓口を受け付けません: {url}({detail})",
        "the register refuses this counter: {url} ({detail})",
        "会計課に、この窓口の登録の状態を確かめてください。",
        "Ask the accounting section about this counter's enrolment.",
    ),
    "register.ok": Sentence("登録済みで、つながっています: {url}", "enrolled and reachable: {url}"),
    "journal.none": Sentence(
        "取引記録はまだありません({path})",
        "no journal yet ({path})",
        "初めて窓口を開くときに作られます。",
        "It is made when the counter first opens.",
    ),
    "journal.ok": Sentence("検査{checks}項目に合格。{detail}", "{checks} checks passed; {detail}"),
    "journal.bad": Sentence(
        "検査に合格しません: {detail}",
        "does not pass: {detail}",
        "この窓口での会計を止め、{path} をそのまま保管して情報担当へ連絡してください。",
        "Stop taking payments here, keep {path} as it is, and call support.",
    ),
    "journal.unreadable": Sentence(
        "取引記録を読めません: {detail}",
        "the journal cannot be read: {detail}",
        "この窓口での会計を止め、{path} をそのまま保管して情報担当へ連絡してください。",
        "Stop taking payments here, keep {path} as it is, and call support.",
    ),
}
"""By check and state."""
for _check in ("printer", "scanner", "display"):
    SENTENCES[f"{_check}.port_missing"] = SENTENCES["device.missing"]
    SENTENCES[f"{_check}.port_busy"] = SENTENCES["device.busy"]
