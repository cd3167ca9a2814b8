"""What is not taken as an attachment, and what to do instead, in Chinese and English."""

TAKEN = (
    "JPEG、PNG、WebP 图片（20 MiB），PDF、不含宏的 docx、xlsx、pptx（50 MiB），MP4、MOV 视频（500 MiB）",
    "pictures as JPEG, PNG or WebP (20 MiB), PDF and docx, xlsx or pptx without macros (50 MiB), video as MP4 or MOV (500 MiB)",
)
NOT_TAKEN: dict[str, tuple[str, str]] = {
    "empty": ("空文件", "an empty file"),
    "heic": (
        "HEIC 图片（请在手机“设置—相机—格式”中选“兼容性最佳”，或另存为 JPEG）",
        "a HEIC picture (let the phone take “Most Compatible” ones, in Settings, Camera, Formats, or save it as JPEG)",
    ),
    "avif": ("AVIF 图片（请另存为 JPEG）", "an AVIF picture (save it as JPEG)"),
    "gif": ("GIF 图片（请另存为 PNG，动图请存为 MP4）", "a GIF (save it as PNG, or as MP4 where it moves)"),
    "tiff": ("TIFF 图片（请另存为 JPEG 或 PDF）", "a TIFF picture (save it as JPEG or PDF)"),
    "bmp": ("BMP 图片（请另存为 PNG）", "a BMP picture (save it as PNG)"),
    "svg": ("SVG 图形，其中可含脚本（请另存为 PNG）", "an SVG drawing, which may hold scripts (save it as PNG)"),
    "webm": ("WebM 或 MKV 视频（请转为 MP4）", "a WebM or MKV video (convert it to MP4)"),
    "old-mov": ("旧式 MOV 视频（请转为 MP4）", "a MOV video of the old kind (convert it to MP4)"),
    "video": ("其他格式的视频（请转为 MP4）", "a video of another kind (convert it to MP4)"),
    "old-office": (
        "旧版或加密的 Office 文件（请取消密码，另存为 docx、xlsx、pptx 或 PDF）",
        "an Office file of the old kind or with a password (take the password off and save it as docx, xlsx, pptx or PDF)",
    ),
    "macros": (
        "含宏、控件或嵌入程序的 Office 文件（请另存为不含宏的 docx、xlsx、pptx 或 PDF）",
        "an Office file with macros, controls or embedded programs (save it without macros, as docx, xlsx, pptx or PDF)",
    ),
    "linked": (
        "引用外部文件的 Office 文件（请断开链接和外部模板后另存，或存为 PDF）",
        "an Office file that fetches other files (break its links, take its template off and save it again, or save it as PDF)",
    ),
    "active-pdf": (
        "含脚本、启动命令或内嵌文件的 PDF（请重新打印为 PDF）",
        "a PDF with scripts, commands or files inside (print it to PDF anew)",
    ),
    "locked-pdf": ("带打开密码的 PDF（请取消密码后另存）", "a PDF that opens with a password (take it off and save it again)"),
    "rtf": ("RTF 文件（请另存为 docx 或 PDF）", "an RTF file (save it as docx or PDF)"),
    "html": ("网页（请打印为 PDF）", "a web page (print it to PDF)"),
    "xml": ("XML 文件（请另存为 PDF）", "an XML file (save it as PDF)"),
    "script": ("脚本", "a script"),
    "program": ("可执行程序", "a program"),
    "archive": ("压缩包（请解压后逐个上传）", "an archive (unpack it and upload its files one by one)"),
    "moving": ("动图（请存为 MP4）", "a picture that moves (save it as MP4)"),
    "pixels": ("过大的图片：超过 {pixels} 万像素（请缩小）", "too large a picture: more than {pixels}0,000 pixels (make it smaller)"),
    "broken": ("残缺或损坏的文件（请重新导出）", "a file that is cut off or broken (export it anew)"),
    "two-in-one": ("首尾夹带其他内容的文件（请重新导出）", "a file with something else before or behind it (export it anew)"),
    "unknown": ("无法识别的文件", "a file of a kind that is not known here"),
}
