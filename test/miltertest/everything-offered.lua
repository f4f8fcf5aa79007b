-- An MTA that offers all there is: only what is used is asked for, and nothing is skipped that tells something.
dofile(common)
local conn = open(6, nil, nil)
for _, option in ipairs({ SMFIP_NOCONNECT, SMFIP_NOHELO, SMFIP_NOMAIL, SMFIP_NORCPT, SMFIP_NOBODY, SMFIP_NOHDRS, SMFIP_NODATA, SMFIP_NR_RCPT, SMFIP_RCPT_REJ, SMFIP_SKIP }) do
  same("option " .. option, mt.test_option(conn, option), false)
end
for _, option in ipairs({ SMFIP_NOEOH, SMFIP_NOUNKNOWN, SMFIP_NR_HDR, SMFIP_NR_CONN, SMFIP_NR_HELO, SMFIP_NR_MAIL, SMFIP_NR_BODY, SMFIP_HDR_LEADSPC }) do
  same("option " .. option, mt.test_option(conn, option), true)
end
for _, action in ipairs({ SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_DELRCPT }) do same("action " .. action, mt.test_action(conn, action), true) end
for _, action in ipairs({ SMFIF_ADDRCPT, SMFIF_CHGBODY, SMFIF_QUARANTINE }) do same("action " .. action, mt.test_action(conn, action), false) end
greet(conn)
send(conn, "<deliver@example.test>")
same("the end", mt.getreply(conn), SMFIR_CONTINUE)
truly("a field on top", mt.eom_check(conn, MT_HDRINSERT, "X-Usher-Id", " test", 0))
mt.disconnect(conn)
