import "../server/log/log_test.ts";
