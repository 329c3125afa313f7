-- Papers and photos of a claim, newest last, with who filed them, what is known of a photo, what a certificate measured. $1 claim
SELECT d.id, d.kind, d.file_name, d.media, d.byte_count, encode(d.content_sha256, 'hex') AS sha256, d.dated_on, d.filed_at, n.display_name,
       p.document_id IS NOT NULL AS is_photo, p.width_px, p.height_px, p.taken_at, p.latitude, p.longitude, p.device,
       p.thumbnail_sha256 IS NOT NULL AS has_thumbnail,
       w.station_name, w.station_number, w.certificate_number, w.wind_ms, w.rain_mm_1h, w.rain_mm_12h, w.rain_mm_24h
FROM document d
LEFT JOIN LATERAL user_names(ARRAY[d.filed_by]) n ON true
LEFT JOIN photo p ON p.document_id = d.id
LEFT JOIN weather_proof w ON w.document_id = d.id
WHERE d.subject_kind = 'claim' AND d.subject_id = $1
ORDER BY d.id
