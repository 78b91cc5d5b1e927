export default ({ name, ...rest }) => (name === '' ? null : { ...rest, name: name.toUpperCase() });
