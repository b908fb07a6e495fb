"""The types of official papers, as their title line names them (folded)."""

TYPES = (
    "ke hoach lien tich", "ke hoach", "quyet dinh", "thong bao", "huong dan lien tich", "huong dan", "chi thi", "cong van", "to trinh",
    "bao cao", "quy che", "quy dinh", "thong tu", "nghi quyet", "chuong trinh hanh dong", "chuong trinh phoi hop", "chuong trinh", "ke hoach phoi hop", "quy che phoi hop", "de an", "phuong an",
    "the le", "cong dien", "ket luan", "noi quy", "dieu le", "thong tri", "giao uoc thi dua", "loi keu goi", "phu luc", "quy trinh",
)  # fmt: skip
