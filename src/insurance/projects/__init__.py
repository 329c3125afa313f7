"""The asset register 扶贫项目资产台账."""
