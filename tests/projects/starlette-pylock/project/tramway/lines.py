LINES = {4: ["Harbour", "Market", "Hill"], 7: ["Station", "Market"]}
