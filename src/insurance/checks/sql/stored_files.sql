-- The hash of every content that is kept.
SELECT content_sha256 FROM document
UNION SELECT content_sha256 FROM register_import
UNION SELECT content_sha256 FROM letter_pdf
UNION SELECT content_sha256 FROM opening_import
UNION SELECT copy_sha256 FROM photo
UNION SELECT thumbnail_sha256 FROM photo WHERE thumbnail_sha256 IS NOT NULL
ORDER BY 1
