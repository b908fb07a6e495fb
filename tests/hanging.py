"""A plan of the cast whose milestones hang on events."""

PLAN = """
code: dot-thi-dua
number: 20/KH-UBND
title: Đợt thi đua cao điểm
issuer: Ủy ban nhân dân quận
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
board: ubnd-quan
policies: {digest: false, announce: false}
events:
  - {code: ket-thuc, name: Kết thúc đợt thi đua}
  - {code: dai-hoi, name: Đại hội của đơn vị, per: unit}
milestones:
  - code: bao-cao
    name: Báo cáo kết quả đợt thi đua
    kind: report
    due: {after: ket-thuc, working_days: 3}
    audience: {units: [p-1, p-2]}
    clause: {text: "trong thời hạn 03 ngày làm việc kể từ ngày kết thúc", where: "Mục II.1"}
  - code: tong-hop
    name: Tổng hợp kết quả đợt thi đua
    kind: report
    due: {after: bao-cao, working_days: 5}
    audience: {units: [tai-chinh]}
    clause: {text: "05 ngày làm việc sau khi nhận báo cáo", where: "Mục II.2"}
  - code: dai-hoi-xong
    name: Báo cáo kết quả đại hội
    kind: report
    due: {after: dai-hoi, days: 10}
    audience: {kinds: [ward]}
    clause: {text: "chậm nhất 10 ngày sau đại hội", where: "Mục III"}
  - code: ca-nam
    name: Báo cáo năm
    kind: report
    due: 2024-11-15
    audience: {units: [p-1]}
    clause: {text: "chậm nhất ngày 15/11/2024", where: "Mục IV"}
"""
