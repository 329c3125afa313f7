-- What a weather certificate measured, once. $1 paper, $2 claim, $3 region, $4 insurer, $5 station, $6 its number, $7 certificate, $8 m/s,
-- $9 mm in 1 h, $10 in 12 h, $11 in 24 h
INSERT INTO weather_proof (document_id, claim_id, region_path, insurer_id, station_name, station_number, certificate_number, wind_ms,
    rain_mm_1h, rain_mm_12h, rain_mm_24h)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
