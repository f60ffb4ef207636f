namespace DataBright.Ethereum;

/// <summary>A keystore that cannot be opened: damaged, of an unknown kind, too costly, or the password is wrong.</summary>
public sealed class KeystoreException(string message) : Exception(message);
