using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Testing.Databases;

/// <summary>The market and the people in the files of version 0.1.0.</summary>
public static class OldMarket
{
    public static readonly MarketAddresses Addresses = new(31337, 1, At("5FbDB2315678afecb367f032d93F642f64180aa3"),
    [
        ("TrustedKeys", At("e7f1725E7734CE288F8367e1Bb143E90bb3F0512")),
        ("Datasets", At("9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0")),
        ("Proposals", At("75537828f2ce51be7289709686A69CbFDbB714F1")),
        ("Jobs", At("Cf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9")),
        ("Workers", At("d8058efe0198ae9dD7D563e1b4938Dcbc86A1F81")),
        ("Models", At("Dc64a140Aa3E981100a9becA4E685f962f0cF6C9")),
        ("Predictions", At("5FC8d32690cc91D4c39d9d3abcBD16989F875707")),
        ("Usage", At("6D544390Eb535d61e196c87d6B9c80dCD8628Acd")),
        ("Requests", At("0165878A594ca255338adfa4d48449f69242Eb8F")),
    ]);

    public static readonly Address Ines = At("4ba20A34A6ddB136d3dbd83180EE23DbD7Fe55Fd");

    public static readonly Address Ada = At("2d2c5027583f4ED485fc4d8b1a814a46D8683d6f");

    private static Address At(string digits) => Address.Parse("0x" + digits);
}
