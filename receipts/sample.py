"""One realistic 30-line municipal slip and one close report, for previews, benchmarks and tests. Owns no layout."""

from receipts.content import (
    CheckpointContent,
    DocumentKind,
    IssuerContent,
    LineContent,
    PaymentContent,
    ReportContent,
    ReportLine,
    ReportSection,
    SaleContent,
    TaxContent,
)

SAMPLE_ISSUER = IssuerContent(
    municipality="豊田市",
    counter_name="市民課 1番窓口",
    counter_code="0101",
    registration_number="T5000020232114",
    clerk_title="出納員",
    clerk_name="山田 花子",
    telephone="0565-00-0000",
)


SAMPLE_CHECKPOINT = CheckpointContent(
    code="RJ6U-4PZC-EJ52-E43V",
    qr_text=(
        "CKD1/shiminka-1/1/2026-11-23/5021-5643/148/93500/T46CUQL34BOWNCHRYTIJU7R3KJOQYH4OO6UUWYGC2PSPLJVXZDMQ/"
        "ea0da87f192ce344/RWSAXJLM64TT3XTRLZQADQBJKVCTJ57PGNAFSFRQ5AKSNTUYQFRXZGI4E3W3QNTD7GOGXW2D7YCIE3HQXZACN2MX3O7IIFMKN6AHSBQ"
    ),
    key_id="ea0da87f192ce344",
)


def sample_sale() -> SaleContent:
    """Seven items of three tax classes, paid by card, with a QR reference."""
    return SaleContent(
        kind=DocumentKind.USAGE_SLIP,
        issuer=SAMPLE_ISSUER,
        serial_number="000123",
        sold_at="2026-11-23T10:15:02+09:00",
        sale_id="01JD9Z6V7K3M5Q8R2T4W6Y8A1B",
        lines=(
            LineContent("住民票の写し", 2, 300, 600),
            LineContent("印鑑登録証明書", 1, 300, 300),
            LineContent("戸籍全部事項証明書", 1, 450, 450),
            LineContent("除籍謄本", 2, 750, 1_500),
            LineContent("所得課税証明書", 1, 300, 300),
            LineContent("豊田市史 資料編", 1, 2_200, 2_200),
            LineContent("とよた茶 30g", 3, 540, 1_620, reduced_rate=True),
        ),
        taxes=(
            TaxContent("10%対象", 2_200, 200),
            TaxContent("8%対象※", 1_620, 120),
            TaxContent("非課税", 3_150, None),
        ),
        total_yen=6_970,
        payment=PaymentContent(
            tender_name="クレジット（一括）",
            brand="VISA",
            card_last4="1234",
            approval_code="0456789",
            slip_number="00317",
            terminal_id="TID 60012345",
            trustee_name="中部カードサービス株式会社",
        ),
        qr_text="01JD9Z6V7K3M5Q8R2T4W6Y8A1B",
    )


def sample_report() -> ReportContent:
    """One closed day."""
    return ReportContent(
        issuer=SAMPLE_ISSUER,
        business_date="2026-11-23",
        closed_at="2026-11-23T17:20:41+09:00",
        sections=(
            ReportSection(
                "決済手段別",
                (
                    ReportLine("クレジット", 42, 38_150),
                    ReportLine("電子マネー", 31, 14_700),
                    ReportLine("コード決済", 18, 9_450),
                    ReportLine("現金", 57, 31_200),
                    ReportLine("合計", 148, 93_500),
                ),
            ),
            ReportSection("取消", (ReportLine("クレジット", 1, -300),)),
            ReportSection(
                "科目別",
                (
                    ReportLine("戸籍住民基本台帳手数料", 163, 61_350, "点"),
                    ReportLine("税務手数料", 21, 6_300, "点"),
                    ReportLine("雑入（刊行物売払）", 9, 25_850, "点"),
                ),
            ),
            ReportSection("端末日計との差", (ReportLine("差額", None, 0),)),
        ),
        serial_range="000101 ～ 000191",
        journal_range="5021 ～ 5643",
        journal_head="9f3c2a417be05d6688f1c4d09a7e3b525d0c1f8e77a94b60c2d3e4f5a6b7c8d9",
        checkpoint=SAMPLE_CHECKPOINT,
    )
