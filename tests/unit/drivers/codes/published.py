"""Published payment codes, with where they stand and what they hold. Owns the samples; refuses to judge them."""

from typing import NamedTuple

Fields = dict[str, "str | dict[str, str]"]


class Sample(NamedTuple):
    """``fields`` are None where the code breaks a rule; ``source`` names the public document or test."""

    name: str
    payload: str
    fields: Fields | None
    source: str


SAMPLES = (
    Sample(
        "jpqr-static-merpay",
        (
            "0002016003xxx01021129300012D156000000000510A93FO3230Q31280012D1560000000103081234567826680019jp."
            "or.paymentsjapan01130000000000001020400010306000001040600000153033925903xxx64180002JA0108メルペイ カフ"
            "ェ520441115802JP610710661436304DEE9"
        ),
        {
            "00": "01",
            "60": "xxx",
            "01": "11",
            "29": {"00": "D15600000000", "05": "A93FO3230Q"},
            "31": {"00": "D15600000001", "03": "12345678"},
            "26": {"00": "jp.or.paymentsjapan", "01": "0000000000001", "02": "0001", "03": "000001", "04": "000001"},
            "53": "392",
            "59": "xxx",
            "64": {"00": "JA", "01": "メルペイ カフェ"},
            "52": "4111",
            "58": "JP",
            "61": "1066143",
            "63": "DEE9",
        },
        "mercari/go-emv-code, mpm/jpqr/jpqr_test.go",
    ),
    Sample(
        "jpqr-static-honpo-fixed",
        (
            "00020164210002JA0111JPQRMPM本舗食堂53033925903xxx6003xxx610710600325802JP01021126680019jp.or.payment"
            "sjapan0113000000000000102040001030600000104060000015204412163040F92"
        ),
        {
            "00": "01",
            "64": {"00": "JA", "01": "JPQRMPM本舗食堂"},
            "53": "392",
            "59": "xxx",
            "60": "xxx",
            "61": "1060032",
            "58": "JP",
            "01": "11",
            "26": {"00": "jp.or.paymentsjapan", "01": "0000000000001", "02": "0001", "03": "000001", "04": "000001"},
            "52": "4121",
            "63": "0F92",
        },
        "kenmaz/JPQRReader, its check characters put right",
    ),
    Sample(
        "emvco-annexB",
        (
            "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914"
            "BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A6"
            "0086670902ME91320016A0112233449988770708123456786304A13A"
        ),
        {
            "00": "01",
            "01": "12",
            "29": {"00": "D15600000000", "05": "A93FO3230Q"},
            "31": {"00": "D15600000001", "03": "12345678"},
            "52": "4111",
            "58": "CN",
            "59": "BEST TRANSPORT",
            "60": "BEIJING",
            "64": {"00": "ZH", "01": "最佳运输", "02": "北京"},
            "54": "23.72",
            "53": "156",
            "55": "01",
            "62": {"03": "1234", "06": "***", "07": "A6008667", "09": "ME"},
            "91": {"00": "A011223344998877", "07": "12345678"},
            "63": "A13A",
        },
        "EMVCo MPM 1.1, annex B.7",
    ),
    Sample(
        "mercari-pass-without-merchantinformation",
        (
            "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115303156540"
            "523.725502015802CN5914BEST TRANSPORT6007BEIJING6233030412340603***0708A60086670902ME803600323940"
            "1ff0c21a4543a8ed5fbaa30ab02e81360032c2fbf6dd646f4f36b617f10747c0b9616304EBCA"
        ),
        {
            "00": "01",
            "01": "12",
            "29": {"00": "D15600000000", "05": "A93FO3230Q"},
            "31": {"00": "D15600000001", "03": "12345678"},
            "52": "4111",
            "53": "156",
            "54": "23.72",
            "55": "01",
            "58": "CN",
            "59": "BEST TRANSPORT",
            "60": "BEIJING",
            "62": {"03": "1234", "06": "***", "07": "A6008667", "09": "ME"},
            "80": {"00": "39401ff0c21a4543a8ed5fbaa30ab02e"},
            "81": {"00": "c2fbf6dd646f4f36b617f10747c0b961"},
            "63": "EBCA",
        },
        "mercari/go-emv-code, mpm tests",
    ),
    Sample(
        "mercari-err-globallyuniqueidentifier-of-unreservedtemplate-is-empty",
        (
            "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115303156540"
            "523.725502015802CN5914BEST TRANSPORT6007BEIJING6233030412340603***0708A60086670902ME64200002ZH01"
            "04最佳运输0202北京8000630484D1"
        ),
        None,
        "mercari/go-emv-code, mpm tests",
    ),
    Sample(
        "mercari-err-invalid-header",
        (
            "01021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST T"
            "RANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A6008667"
            "0902ME91320016A0112233449988770708123456786304A13A"
        ),
        None,
        "mercari/go-emv-code, mpm tests",
    ),
    Sample(
        "mercari-err-crc-is-not-valid",
        (
            "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914"
            "BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A6"
            "0086670902ME91320016A01122334499887707081234567863040000"
        ),
        None,
        "mercari/go-emv-code, mpm tests",
    ),
    Sample(
        "mercari-err-malformed-payload",
        (
            "00020101021126680019jp.or.paymentsjapan0113aaaaaaaaaaaaa0204bbbb0306cccccc0406dddddd520400005303"
            "3925802JP5925123456789012345678901234560151234567890123456110123456786499あいうえおかきくけこ\bあいうえおかきくけこあい"
            "うえおかきくけこあいうえおかきくけこあいうえおかきくけこあいうえおかきくけこ\bあいうえおかきくけこあいうえおかきくけこあいうえおかきくけこあいうえおかきくけ6304E0C6"
        ),
        None,
        "mercari/go-emv-code, mpm tests",
    ),
    Sample(
        "promptpay-6197",
        "00020101021129370016A000000677010111011300668012345675802TH530376463046197",
        None,
        "dtinth/promptpay-qr, tests",
    ),
    Sample(
        "promptpay-7B5A",
        "00020101021129370016A000000677010111021311111111111115802TH530376463047B5A",
        None,
        "dtinth/promptpay-qr, tests",
    ),
    Sample(
        "promptpay-9781",
        "00020101021129390016A00000067701011103150123456789012345802TH530376463049781",
        None,
        "dtinth/promptpay-qr, tests",
    ),
    Sample(
        "sgqr-soba",
        (
            "00020101021126810011SG.COM.NETS01231198500065G9912312359000211111686614000308686614019908604108C"
            "251800007SG.SGQR01121809072DD85C020701.000103060790270402010502060604000007082018091552045812530"
            "37025802SG5912SOBA EXPRESS6009Singapore630457B3"
        ),
        {
            "00": "01",
            "01": "11",
            "26": {
                "00": "SG.COM.NETS",
                "01": "1198500065G991231235900",
                "02": "11168661400",
                "03": "68661401",
                "99": "604108C2",
            },
            "51": {
                "00": "SG.SGQR",
                "01": "1809072DD85C",
                "02": "01.0001",
                "03": "079027",
                "04": "01",
                "05": "06",
                "06": "0000",
                "07": "20180915",
            },
            "52": "5812",
            "53": "702",
            "58": "SG",
            "59": "SOBA EXPRESS",
            "60": "Singapore",
            "63": "57B3",
        },
        "SGQR, a parser's tests",
    ),
    Sample(
        "paynow-62-50",
        (
            "00020101021126500009SG.PAYNOW010100211+65123456780301004082030123152040000530370254071234.565802"
            "SG5902ME6009Singapore62290106BILLNO50150004TEST0103ABC6304B301"
        ),
        {
            "00": "01",
            "01": "11",
            "26": {"00": "SG.PAYNOW", "01": "0", "02": "+6512345678", "03": "0", "04": "20301231"},
            "52": "0000",
            "53": "702",
            "54": "1234.56",
            "58": "SG",
            "59": "ME",
            "60": "Singapore",
            "62": {"01": "BILLNO", "50": "0004TEST0103ABC"},
            "63": "B301",
        },
        "PayNow with a template in 62, a parser's tests",
    ),
    Sample(
        "pix-dynamic-bitso",
        (
            "00020101021226890014br.gov.bcb.pix2567brcode-h.sandbox.starkinfra.com/v2/966a26531a794c54908278c"
            "fc63aefcd5204000053039865802BR5910JoseBadano6004CABA62070503***6304C918"
        ),
        {
            "00": "01",
            "01": "12",
            "26": {"00": "br.gov.bcb.pix", "25": "brcode-h.sandbox.starkinfra.com/v2/966a26531a794c54908278cfc63aefcd"},
            "52": "0000",
            "53": "986",
            "58": "BR",
            "59": "JoseBadano",
            "60": "CABA",
            "62": {"05": "***"},
            "63": "C918",
        },
        "docs.bitso.com, dynamic code",
    ),
    Sample(
        "pix-packagist-1",
        "00020126410014br.gov.bcb.pix0119rayane@alvoz.com.br5204000053039865802BR5901N6001C62070503***63043A81",
        {
            "00": "01",
            "26": {"00": "br.gov.bcb.pix", "01": "rayane@alvoz.com.br"},
            "52": "0000",
            "53": "986",
            "58": "BR",
            "59": "N",
            "60": "C",
            "62": {"05": "***"},
            "63": "3A81",
        },
        "packagist rayanetenorios/pix-payload",
    ),
    Sample(
        "pix-multi",
        (
            "00020104141234567890123426580014BR.GOV.BCB.PIX0136123e4567-e12b-12d1-a456-42665544000027300012BR"
            ".COM.OUTRO011001234567895204000053039865406123.455802BR5917NOME DO RECEBEDOR6008BRASILIA61087007"
            "490080390012BR.COM.OUTRO01190123.ABCD.3456.WXYZ6304549C"
        ),
        {
            "00": "01",
            "04": "12345678901234",
            "26": {"00": "BR.GOV.BCB.PIX", "01": "123e4567-e12b-12d1-a456-426655440000"},
            "27": {"00": "BR.COM.OUTRO", "01": "0123456789"},
            "52": "0000",
            "53": "986",
            "54": "123.45",
            "58": "BR",
            "59": "NOME DO RECEBEDOR",
            "60": "BRASILIA",
            "61": "70074900",
            "80": {"00": "BR.COM.OUTRO", "01": "0123.ABCD.3456.WXYZ"},
            "63": "549C",
        },
        "mvallim/emv-qrcode, tests",
    ),
    Sample(
        "lao-mvallim",
        (
            "00020101021115312031041800520446JDBMSZZXE44BFS038680016A00526628466257701083217041802030020325mc"
            "hVKyozC3MbjS51h67qal4Os5204581253034185802LA5915JDBMSZZXE44BFS06009Vientiane63043F88"
        ),
        {
            "00": "01",
            "01": "11",
            "15": "2031041800520446JDBMSZZXE44BFS0",
            "38": {"00": "A005266284662577", "01": "32170418", "02": "002", "03": "mchVKyozC3MbjS51h67qal4Os"},
            "52": "5812",
            "53": "418",
            "58": "LA",
            "59": "JDBMSZZXE44BFS0",
            "60": "Vientiane",
            "63": "3F88",
        },
        "mvallim/emv-qrcode and dongri/emv-qrcode, tests",
    ),
    Sample(
        "khqr-2",
        (
            "00020101021130340008test@dev01061234560208Dev Bank5204599953031165802KH5913Test Merchant6010Phno"
            "m Penh6304BCB9"
        ),
        {
            "00": "01",
            "01": "11",
            "30": {"00": "test@dev", "01": "123456", "02": "Dev Bank"},
            "52": "5999",
            "53": "116",
            "58": "KH",
            "59": "Test Merchant",
            "60": "Phnom Penh",
            "63": "BCB9",
        },
        "mrrhak/khqr_sdk",
    ),
)
SOUND = tuple(sample for sample in SAMPLES if sample.fields is not None)
JPQR_STATIC = SAMPLES[0].payload
JPQR_SHOP = SAMPLES[1].payload
EMV_ANNEX_B = SAMPLES[2].payload
